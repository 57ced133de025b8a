import { componentOf, isSchema } from './json-schema.ts';
import type { Schema, SchemaDocument } from './json-schema.ts';

const BY_FORMAT: Record<string, string> = {
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  uri: 'https://github.test/',
  email: 'somebody@users.noreply.github.test',
};

/**
 * `value` with every required field that it lacks, so that an answer has the full form GitHub gives it though only
 * the fields that matter are written down. Fields that may be null become null.
 */
export function fillSchema(document: SchemaDocument, schema: Schema, value: unknown): unknown {
  if (typeof schema.$ref === 'string') return fillSchema(document, componentOf(document, schema.$ref), value);
  if (value === null || (value === undefined && schema.nullable === true)) return null;
  const branches = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (branches !== undefined) {
    const branch = branches.find((candidate) => fits(document, candidate, value)) ?? branches[0];
    return branch === undefined ? value : fillSchema(document, branch, value);
  }
  if (Array.isArray(schema.allOf)) {
    return (schema.allOf as Schema[]).reduce<unknown>((filled, part) => fillSchema(document, part, filled), value);
  }
  if (Array.isArray(value)) return isSchema(schema.items) ? value.map((item) => fillSchema(document, schema.items as Schema, item)) : value;
  if (schema.type === 'object' || isSchema(schema.properties)) return fillObject(document, schema, value);
  return value === undefined ? sample(schema) : value;
}

function fillObject(document: SchemaDocument, schema: Schema, value: unknown): unknown {
  if (value !== undefined && !isSchema(value)) return value;
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const required = (schema.required ?? []) as string[];
  const filled: Schema = Object.fromEntries(Object.entries(value ?? {}).filter(([, field]) => field !== undefined));
  for (const name of new Set([...required, ...Object.keys(filled)])) {
    const property = properties[name];
    if (property !== undefined) filled[name] = fillSchema(document, property, filled[name]);
  }
  return filled;
}

function fits(document: SchemaDocument, schema: Schema, value: unknown): boolean {
  const target = typeof schema.$ref === 'string' ? componentOf(document, schema.$ref) : schema;
  if (Array.isArray(value)) return target.type === 'array';
  if (!isSchema(value)) return value === undefined || target.type === typeof value;
  const kind = (target.properties as Record<string, Schema> | undefined)?.type?.enum as unknown[] | undefined;
  return target.type === 'object' && (kind === undefined || kind.includes(value.type));
}

function sample(schema: Schema): unknown {
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.type === 'boolean') return false;
  if (schema.type === 'integer' || schema.type === 'number') return 1;
  if (schema.type === 'array') return [];
  if (schema.type === 'string') return BY_FORMAT[String(schema.format)] ?? '';
  return undefined;
}
