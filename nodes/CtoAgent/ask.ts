import type { INodeProperties } from 'n8n-workflow';

export const askParameters: INodeProperties[] = [
  {
    displayName: 'Question',
    name: 'question',
    type: 'string',
    typeOptions: { rows: 4 },
    required: true,
    default: '',
    placeholder: 'e.g. Which of these two designs survives a crash of the queue?',
    description: 'What you want to know',
    displayOptions: { show: { operation: ['ask'] } },
  },
  {
    displayName: 'Context',
    name: 'context',
    type: 'string',
    typeOptions: { rows: 6 },
    default: '',
    placeholder: 'e.g. a log, a design document, a stack trace',
    description: 'Text to answer from. It is read as data: instructions inside it are not followed.',
    displayOptions: { show: { operation: ['ask'] } },
  },
];
