/** A JSON Schema, as far as it is looked at here. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * What is wrong with a value by a schema, at its first place (`items[2].price: must be a number`); undefined when nothing
 * is. Knows the keywords that say something about the form of an answer; others are left to the model.
 */
export function problemBySchema(value: unknown, schema: unknown, root: JsonSchema, path = ''): string | undefined {
  if (schema === true || !isObject(schema)) return schema === false ? say(path, 'must not be there') : undefined;
  if (typeof schema.$ref === 'string') return problemBySchema(value, resolve(root, schema.$ref), root, path);
  return problemOfType(value, schema, path)
    ?? problemOfChoice(value, schema, path)
    ?? problemOfBounds(value, schema, path)
    ?? problemOfBranches(value, schema, root, path)
    ?? problemOfParts(value, schema, root, path);
}

/** Whether every object of the schema is closed and all its properties are required: what providers enforce to the letter. */
export function isClosed(schema: unknown): boolean {
  if (!isObject(schema)) return true;
  const { type, properties, required, additionalProperties } = schema;
  if (type === 'object' || isObject(properties)) {
    const names = isObject(properties) ? Object.keys(properties) : [];
    if (additionalProperties !== false || names.some((name) => !Array.isArray(required) || !required.includes(name))) return false;
  }
  return Object.values(schema).flat().every((part) => isClosed(part));
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function say(path: string, message: string): string {
  return path === '' ? message : `${path}: ${message}`;
}

const IS: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

function problemOfType(value: unknown, { type }: JsonSchema, path: string): string | undefined {
  const types = (Array.isArray(type) ? type : [type]).filter((name): name is string => typeof name === 'string' && name in IS);
  if (types.length === 0 || types.some((name) => IS[name]?.(value))) return undefined;
  return say(path, `must be ${types.map((name) => (name === 'null' ? 'null' : `${/^[aeio]/.test(name) ? 'an' : 'a'} ${name}`)).join(' or ')}`);
}

function problemOfChoice(value: unknown, schema: JsonSchema, path: string): string | undefined {
  const text = JSON.stringify(value);
  if ('const' in schema && JSON.stringify(schema.const) !== text) return say(path, `must be ${JSON.stringify(schema.const)}`);
  if (!Array.isArray(schema.enum) || schema.enum.some((choice) => JSON.stringify(choice) === text)) return undefined;
  return say(path, `must be one of ${schema.enum.map((choice) => JSON.stringify(choice)).join(', ').slice(0, 200)}`);
}

const FORMATS: Readonly<Record<string, RegExp>> = { 'date': /^\d{4}-\d{2}-\d{2}$/, 'date-time': /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}/ };

function problemOfBounds(value: unknown, schema: JsonSchema, path: string): string | undefined {
  const bound = (name: string) => (typeof schema[name] === 'number' ? schema[name] : undefined);
  const outside = (amount: number, least: string, most: string, of: string) => {
    const [low, high] = [bound(least), bound(most)];
    if (low !== undefined && amount < low) return say(path, `must be at least ${low}${of}`);
    return high !== undefined && amount > high ? say(path, `must be at most ${high}${of}`) : undefined;
  };
  if (typeof value === 'number') {
    const [above, below] = [bound('exclusiveMinimum'), bound('exclusiveMaximum')];
    if (above !== undefined && value <= above) return say(path, `must be above ${above}`);
    if (below !== undefined && value >= below) return say(path, `must be below ${below}`);
    return outside(value, 'minimum', 'maximum', '');
  }
  if (Array.isArray(value)) return outside(value.length, 'minItems', 'maxItems', ' entries');
  if (typeof value !== 'string') return undefined;
  const format = typeof schema.format === 'string' ? FORMATS[schema.format] : undefined;
  if (format !== undefined && !format.test(value)) return say(path, `must be a ${String(schema.format)}`);
  if (typeof schema.pattern === 'string' && !new RegExp(schema.pattern, 'u').test(value)) return say(path, `must match ${schema.pattern}`);
  return outside([...value].length, 'minLength', 'maxLength', ' characters');
}

function problemOfBranches(value: unknown, { allOf, anyOf, oneOf }: JsonSchema, root: JsonSchema, path: string): string | undefined {
  for (const branch of Array.isArray(allOf) ? allOf : []) {
    const problem = problemBySchema(value, branch, root, path);
    if (problem !== undefined) return problem;
  }
  for (const branches of [anyOf, oneOf]) {
    if (!Array.isArray(branches) || branches.length === 0) continue;
    const problems = branches.map((branch) => problemBySchema(value, branch, root, path));
    if (!problems.includes(undefined)) return problems[0];
  }
  return undefined;
}

function problemOfParts(value: unknown, schema: JsonSchema, root: JsonSchema, path: string): string | undefined {
  if (Array.isArray(value)) {
    for (const [index, part] of value.entries()) {
      const problem = problemBySchema(part, schema.items, root, `${path}[${index}]`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const properties = isObject(schema.properties) ? schema.properties : {};
  const missing = (Array.isArray(schema.required) ? schema.required : []).find((name) => !Object.hasOwn(value, String(name)));
  if (missing !== undefined) return say(path, `lacks "${String(missing)}"`);
  for (const [name, part] of Object.entries(value)) {
    const place = path === '' ? name : `${path}.${name}`;
    const known = Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties;
    const problem = problemBySchema(part, known, root, place);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A reference within the schema, as `#/$defs/price`; what leads nowhere allows everything. */
function resolve(root: JsonSchema, reference: string): unknown {
  if (!reference.startsWith('#')) return true;
  let place: unknown = root;
  for (const part of reference.slice(1).split('/').slice(1)) {
    place = isObject(place) ? place[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return place ?? true;
}
