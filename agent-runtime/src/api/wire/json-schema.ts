import { asArray, asObject, asString, invalidField, isObject, listed } from './fields.ts';
import type { JsonObject } from './fields.ts';
import { createReferences } from './json-schema-references.ts';
import type { References } from './json-schema-references.ts';

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
const DEEPEST = 100;

/** Checks the form of a JSON Schema and that its references within itself lead somewhere, so that a wrong one is refused here and with its path. */
export function asJsonSchema(value: unknown, path: string): JsonObject {
  const schema = asObject(value, path);
  checkSchema(schema, { path, depth: 0, references: createReferences(schema) });
  return schema;
}

/** Where in a schema a check is. */
interface Place {
  readonly path: string;
  readonly depth: number;
  readonly references: References;
}

type Check = (value: unknown, place: Place) => void;

function checkSchema(value: unknown, place: Place): void {
  if (typeof value === 'boolean') return;
  const { path, depth } = place;
  const schema = asObject(value, path);
  if (depth > DEEPEST) throw invalidField(path, `is nested more than ${DEEPEST} levels deep`);
  const references = typeof schema['$id'] === 'string' && depth > 0 ? place.references.within(schema) : place.references;
  for (const keyword of Object.keys(schema)) {
    CHECKS.get(keyword)?.(schema[keyword], { path: `${path}.${keyword}`, depth: depth + 1, references });
  }
}

const checkSchemas: Check = (value, place) => {
  const schemas = asArray(value, place.path);
  if (schemas.length === 0) throw invalidField(place.path, 'must not be empty');
  schemas.forEach((schema, i) => checkSchema(schema, { ...place, path: `${place.path}[${i}]` }));
};

const checkNamedSchemas: Check = (value, place) => {
  for (const [name, schema] of Object.entries(asObject(value, place.path))) checkSchema(schema, { ...place, path: `${place.path}.${name}` });
};

const checkItems: Check = (value, place) => {
  if (!Array.isArray(value)) checkSchema(value, place);
  // As drafts before 2020-12 have it.
  else value.forEach((schema, i) => checkSchema(schema, { ...place, path: `${place.path}[${i}]` }));
};

const checkType: Check = (value, { path }) => {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (names.length === 0) throw invalidField(path, 'must not be empty');
  for (const name of names) {
    if (!TYPES.includes(name as string)) throw invalidField(path, `is not a type of JSON Schema: ${JSON.stringify(name)}. It must be ${listed(TYPES)}`);
  }
};

const checkEnum: Check = (value, { path }) => {
  if (asArray(value, path).length === 0) throw invalidField(path, 'must not be empty');
};

const checkNames: Check = (value, { path }) => {
  if (!asArray(value, path).every((name) => typeof name === 'string')) throw invalidField(path, 'must be a list of names');
};

const checkText: Check = (value, { path }) => { asString(value, path); };

const checkPattern: Check = (value, { path }) => {
  const pattern = asString(value, path);
  if (!compiles(pattern, 'u') && !compiles(pattern, '')) throw invalidField(path, 'is not a regular expression of ECMAScript, which JSON Schema asks for');
};

function compiles(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}

const checkCount: Check = (value, { path }) => {
  if (!Number.isInteger(value) || (value as number) < 0) throw invalidField(path, 'must be a whole number of at least 0');
};

const checkNumber: Check = (value, { path }) => {
  if (typeof value !== 'number') throw invalidField(path, 'must be a number');
};

const checkFactor: Check = (value, { path }) => {
  if (typeof value !== 'number' || value <= 0) throw invalidField(path, 'must be a number above 0');
};

const checkFlag: Check = (value, { path }) => {
  if (typeof value !== 'boolean') throw invalidField(path, 'must be true or false');
};

const checkReference: Check = (value, { path, references }) => {
  const reference = asString(value, path);
  if (!references.resolve(reference)) throw invalidField(path, `leads to nothing in this schema: ${JSON.stringify(reference.slice(0, 100))}`);
};

/** By keyword. Others are for whoever knows them. */
const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['type', checkType], ['enum', checkEnum], ['required', checkNames], ['pattern', checkPattern], ['multipleOf', checkFactor], ['items', checkItems],
  ['$ref', checkReference], ['$dynamicRef', checkReference],
  ...['properties', '$defs', 'definitions', 'dependentSchemas'].map((name) => [name, checkNamedSchemas] as const),
  ['patternProperties', (value, place) => {
    for (const pattern of Object.keys(asObject(value, place.path))) checkPattern(pattern, { ...place, path: `${place.path}.${pattern}` });
    checkNamedSchemas(value, place);
  }],
  ['dependentRequired', (value, place) => {
    for (const [name, names] of Object.entries(asObject(value, place.path))) checkNames(names, { ...place, path: `${place.path}.${name}` });
  }],
  ['dependencies', (value, place) => {
    for (const [name, one] of Object.entries(asObject(value, place.path))) (isObject(one) || typeof one === 'boolean' ? checkSchema : checkNames)(one, { ...place, path: `${place.path}.${name}` });
  }],
  ...['anyOf', 'oneOf', 'allOf', 'prefixItems'].map((name) => [name, checkSchemas] as const),
  ...['additionalProperties', 'additionalItems', 'not', 'if', 'then', 'else', 'contains', 'propertyNames', 'unevaluatedItems', 'unevaluatedProperties', 'contentSchema']
    .map((name) => [name, checkSchema] as const),
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'minContains', 'maxContains'].map((name) => [name, checkCount] as const),
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].map((name) => [name, checkNumber] as const),
  ...['uniqueItems', 'deprecated', 'readOnly', 'writeOnly'].map((name) => [name, checkFlag] as const),
  ...['title', 'description', 'format', '$id', '$schema', '$anchor', '$dynamicAnchor', '$comment', 'contentEncoding', 'contentMediaType'].map((name) => [name, checkText] as const),
]);
