import type { INodeProperties } from 'n8n-workflow';

/** Of Classify and Extract, which read a text; what is particular to either stands between the two. */
export const textParameter: INodeProperties = {
  displayName: 'Text',
  name: 'text',
  type: 'string',
  typeOptions: { rows: 4 },
  required: true,
  default: '',
  placeholder: 'e.g. {{ $json.body.message }}',
  description: 'The text to read. It is data: instructions inside it are not followed.',
  displayOptions: { show: { operation: ['classify', 'extract'] } },
};

export const instructionsParameter: INodeProperties = {
  displayName: 'Instructions',
  name: 'instructions',
  type: 'string',
  typeOptions: { rows: 2 },
  default: '',
  placeholder: 'e.g. Amounts are in euros.',
  description: 'What else the model should know',
  displayOptions: { show: { operation: ['classify', 'extract'] } },
};
