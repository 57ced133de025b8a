import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask, askBySchema } from './ask';
import { requiredText, schemaOf, textOf } from './parameters';

const SCHEMA_EXAMPLE = `{
  "type": "object",
  "properties": {
    "answer": { "type": "string" },
    "sources": { "type": "array", "items": { "type": "string" } }
  },
  "required": ["answer", "sources"],
  "additionalProperties": false
}`;

/** Of Complete and Explain, which says what Complete would do. */
export const completeParameters: INodeProperties[] = [
  {
    displayName: 'Prompt',
    name: 'prompt',
    type: 'string',
    typeOptions: { rows: 4 },
    required: true,
    default: '',
    placeholder: 'e.g. Write a release note for this change: …',
    description: 'What to ask the model',
    displayOptions: { show: { operation: ['complete', 'explain'] } },
  },
  {
    displayName: 'System Message',
    name: 'system',
    type: 'string',
    typeOptions: { rows: 2 },
    default: '',
    placeholder: 'e.g. You write for customers, in plain words.',
    description: 'How the model is to behave',
    displayOptions: { show: { operation: ['complete', 'explain'] } },
  },
  {
    displayName: 'Answer As',
    name: 'answerAs',
    type: 'options',
    options: [
      { name: 'JSON by a Schema', value: 'json', description: 'An object that is checked against the schema' },
      { name: 'Text', value: 'text', description: 'What the model writes' },
    ],
    default: 'text',
    description: 'The form of the answer',
    displayOptions: { show: { operation: ['complete', 'explain'] } },
  },
  {
    displayName: 'JSON Schema',
    name: 'schema',
    type: 'json',
    typeOptions: { rows: 8 },
    default: SCHEMA_EXAMPLE,
    description: 'What the answer must look like',
    displayOptions: { show: { operation: ['complete', 'explain'], answerAs: ['json'] } },
  },
];

export function promptOf(context: IExecuteFunctions, itemIndex: number): { prompt: string; system?: string } {
  const system = textOf(context, 'system', itemIndex);
  return { prompt: requiredText(context, 'prompt', itemIndex, 'Prompt', 'Write what to ask the model.'), ...(system.trim() === '' ? {} : { system }) };
}

/** `{text, routing}`, or `{output, routing}` by a schema. */
export async function complete(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const question = promptOf(context, itemIndex);
  if (context.getNodeParameter('answerAs', itemIndex, 'text') !== 'json') return { ...await ask(context, itemIndex, question) };
  return { ...await askBySchema(context, itemIndex, question, schemaOf(context, 'schema', itemIndex)) } as IDataObject;
}
