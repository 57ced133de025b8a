/** A schema of OpenAPI 3.0, or the JSON Schema made from it. */
export type Schema = Record<string, unknown>;

export interface SchemaDocument {
  readonly components: { readonly schemas: Record<string, Schema> };
}

export interface ConversionOptions {
  /** Refuse properties that the schema does not name: a typing error in a field's name must not pass. */
  readonly closed: boolean;
  /** Called for each schema referred to, which `build` converts. */
  readonly define: (id: string, build: () => Schema) => void;
}

const DROPPED = new Set(['nullable', 'discriminator', 'example', 'examples', 'description', 'title', 'externalDocs', 'xml']);
const PREFIX = '#/components/schemas/';

/** The component schema that `reference` names. */
export function componentOf(document: SchemaDocument, reference: string): Schema {
  const schema = document.components.schemas[reference.slice(PREFIX.length)];
  if (schema === undefined) throw new Error(`GitHub's description has no ${reference}`);
  return schema;
}

/** An OpenAPI 3.0 schema as JSON Schema (draft 7): `nullable` becomes a type, references become ids. */
export function toJsonSchema(document: SchemaDocument, schema: Schema, options: ConversionOptions): Schema {
  if (typeof schema.$ref === 'string') {
    const reference = schema.$ref;
    const id = `https://api.github.com/schemas/${options.closed ? 'closed/' : ''}${reference.slice(PREFIX.length)}`;
    options.define(id, () => toJsonSchema(document, componentOf(document, reference), options));
    return { $ref: id };
  }
  const convert = (child: unknown): unknown => (isSchema(child) ? toJsonSchema(document, child, options) : child);
  const converted: Schema = {};
  for (const [key, value] of Object.entries(schema)) {
    if (DROPPED.has(key) || key.startsWith('x-')) continue;
    if (key === 'properties' && isSchema(value)) {
      converted[key] = Object.fromEntries(Object.entries(value).map(([name, child]) => [name, convert(child)]));
    } else if (key === 'items' || key === 'additionalProperties' || key === 'not') {
      converted[key] = convert(value);
    } else if (key === 'allOf' || key === 'anyOf' || key === 'oneOf') {
      converted[key] = (value as unknown[]).map(convert);
    } else {
      converted[key] = value;
    }
  }
  const composed = ['allOf', 'anyOf', 'oneOf'].some((key) => key in schema);
  if (options.closed && isSchema(schema.properties) && !composed && schema.additionalProperties === undefined) {
    converted.additionalProperties = false;
  }
  return schema.nullable === true ? orNull(converted) : converted;
}

function orNull(schema: Schema): Schema {
  if (typeof schema.type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const nullable: Schema = { ...schema, type: [schema.type, 'null'] };
  if (Array.isArray(schema.enum)) nullable.enum = [...schema.enum, null];
  return nullable;
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
