import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { JsonSchema } from './json-schema';

/** A parameter as text, which may be empty. */
export function textOf(context: IExecuteFunctions, name: string, itemIndex: number): string {
  const value: unknown = context.getNodeParameter(name, itemIndex, '');
  return value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A parameter that must be filled in. */
export function requiredText(context: IExecuteFunctions, name: string, itemIndex: number, displayName: string, description: string): string {
  const value = textOf(context, name, itemIndex);
  if (value.trim() !== '') return value;
  throw new NodeOperationError(context.getNode(), `The parameter "${displayName}" is empty`, { itemIndex, description });
}

/** A JSON Schema of an object, as text or as an expression gave it. */
export function schemaOf(context: IExecuteFunctions, name: string, itemIndex: number): JsonSchema {
  const given: unknown = context.getNodeParameter(name, itemIndex, '');
  const schema = typeof given === 'string' ? parse(given) : given;
  if (typeof schema === 'object' && schema !== null && !Array.isArray(schema) && (schema as IDataObject).type === 'object') return schema as JsonSchema;
  throw new NodeOperationError(context.getNode(), 'The parameter "JSON Schema" is not a JSON Schema of an object', {
    itemIndex, description: 'Give a JSON document with "type": "object" and "properties". "Fields" needs no schema.',
  });
}

/** The entries of a list that the form makes (`fixedCollection`). */
export function entriesOf(context: IExecuteFunctions, name: string, group: string, itemIndex: number): IDataObject[] {
  const value = context.getNodeParameter(name, itemIndex, {}) as IDataObject;
  const entries: unknown = value?.[group];
  return Array.isArray(entries) ? entries as IDataObject[] : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
