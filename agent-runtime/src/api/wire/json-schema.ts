import { asArray, asObject, invalidField, listed } from './fields.ts';
import type { JsonObject } from './fields.ts';

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
const DEEPEST = 100;

/** Checks the parts of a JSON Schema that every provider reads, so that a wrong one is refused here and with its path. */
export function asJsonSchema(value: unknown, path: string, depth = 0): JsonObject {
  const schema = asObject(value, path);
  if (depth > DEEPEST) throw invalidField(path, `is nested more than ${DEEPEST} levels deep`);
  const { type, properties, items, required } = schema;
  if (type !== undefined) checkType(type, `${path}.type`);
  if (properties !== undefined) {
    for (const [name, property] of Object.entries(asObject(properties, `${path}.properties`))) {
      if (typeof property !== 'boolean') asJsonSchema(property, `${path}.properties.${name}`, depth + 1);
    }
  }
  if (items !== undefined && typeof items !== 'boolean' && !Array.isArray(items)) asJsonSchema(items, `${path}.items`, depth + 1);
  if (required !== undefined && !asArray(required, `${path}.required`).every((name) => typeof name === 'string')) {
    throw invalidField(`${path}.required`, 'must be a list of names');
  }
  for (const key of ['anyOf', 'oneOf', 'allOf'] as const) {
    if (schema[key] !== undefined) {
      asArray(schema[key], `${path}.${key}`).forEach((branch, i) => {
        if (typeof branch !== 'boolean') asJsonSchema(branch, `${path}.${key}[${i}]`, depth + 1);
      });
    }
  }
  return schema;
}

function checkType(type: unknown, path: string): void {
  for (const name of Array.isArray(type) ? type : [type]) {
    if (!TYPES.includes(name as string)) throw invalidField(path, `is not a type of JSON Schema: ${JSON.stringify(name)}. It must be ${listed(TYPES)}`);
  }
}
