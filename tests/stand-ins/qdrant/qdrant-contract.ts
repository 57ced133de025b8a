import { readFile } from 'node:fs/promises';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

type Schema = Record<string, unknown>;

interface OperationObject {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: 'path' | 'query'; readonly required?: boolean; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>>;
}

/** An operation of the description, called with one path. */
export interface Operation {
  readonly id: string;
  /** Values of the path's parameters, decoded. */
  readonly path: Readonly<Record<string, string>>;
  checkRequest(query: URLSearchParams, body: unknown): readonly string[];
  checkAnswer(status: number, body: unknown): readonly string[];
}

export interface QdrantContract {
  match(method: string, path: string): Operation | undefined;
}

const FILE = new URL('../../fixtures/contracts/qdrant-openapi.json', import.meta.url);
let loaded: Promise<QdrantContract> | undefined;

/** Qdrant's published description, read once a process. */
export function loadQdrantContract(): Promise<QdrantContract> {
  return loaded ??= readContract();
}

async function readContract(): Promise<QdrantContract> {
  const { paths, components } = JSON.parse(await readFile(FILE, 'utf8')) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>; readonly components: Schema;
  };
  // A misspelt field in a request must not pass; an answer may hold more than is described.
  const closed = compiler({ components }, true);
  const open = compiler({ components }, false);
  const routes = Object.entries(paths).map(([template, operations]) => ({
    operations, names: [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!),
    pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '([^/]+)')}$`),
  })).sort((a, b) => a.names.length - b.names.length);

  return {
    match(method, path) {
      for (const { operations, names, pattern } of routes) {
        const operation = operations[method.toLowerCase()];
        const groups = operation && pattern.exec(path);
        if (!groups) continue;
        return bind(operation, Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(groups[index + 1]!)])), closed, open);
      }
      return undefined;
    },
  };
}

type Compile = (schema: Schema) => ValidateFunction;

function compiler(document: Schema, closed: boolean): Compile {
  const engine = formats.default(new Ajv({ strict: false, logger: false, coerceTypes: false }));
  engine.addSchema({ $id: 'qdrant', ...toJsonSchema(document, closed) as Schema });
  const compiled = new Map<Schema, ValidateFunction>();
  return (schema) => {
    const kept = compiled.get(schema);
    if (kept) return kept;
    const validate = engine.compile(absolute(toJsonSchema(schema, closed)) as Schema);
    compiled.set(schema, validate);
    return validate;
  };
}

/** OpenAPI 3.0 as JSON Schema, of which this description uses but one word that JSON Schema lacks: `nullable`. */
function toJsonSchema(value: unknown, closed: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => toJsonSchema(item, closed));
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, discriminator: _, example: __, ...rest } = value as Schema;
  const schema = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, toJsonSchema(inner, closed)]));
  if (closed && schema['type'] === 'object' && schema['properties'] !== undefined && schema['additionalProperties'] === undefined) schema['additionalProperties'] = false;
  if (nullable !== true) return schema;
  // Alone it stands for null, as one of several alternatives.
  return Object.keys(schema).every((key) => key === 'description') ? { type: 'null' } : { anyOf: [schema, { type: 'null' }] };
}

function absolute(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"qdrant#/components/'));
}

function bind(operation: OperationObject, path: Record<string, string>, closed: Compile, open: Compile): Operation {
  return {
    id: operation.operationId,
    path,
    checkRequest(query, body) {
      const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
      const unknown = [...query.keys()].filter((name) => !parameters.some((parameter) => parameter.name === name));
      const wrong = parameters.flatMap(({ name, schema, required }) => {
        const text = query.get(name);
        if (text === null) return required ? [`query parameter ${name} is missing`] : [];
        const value: unknown = /^(?:true|false|\d+)$/.test(text) ? JSON.parse(text) : text;
        return problems(closed(schema), value, `query parameter ${name}`);
      });
      const schema = operation.requestBody?.content['application/json'].schema;
      const bodyProblems = schema ? problems(closed(schema), body, 'body') : body === undefined ? [] : [`${operation.operationId} takes no body`];
      return [...unknown.map((name) => `query parameter ${name} does not exist`), ...wrong, ...bodyProblems];
    },
    checkAnswer(status, body) {
      const response = operation.responses[status] ?? operation.responses[`${Math.floor(status / 100)}XX`] ?? operation.responses['default'];
      if (!response) return [`${operation.operationId} never answers ${status}`];
      const schema = response.content?.['application/json']?.schema;
      return schema ? problems(open(schema), body, 'answer') : [];
    },
  };
}

function problems(validate: ValidateFunction, value: unknown, where: string): string[] {
  return validate(value) ? [] : (validate.errors ?? []).slice(0, 10).map((error: ErrorObject) => `${where}${error.instancePath} ${error.message ?? 'is wrong'}`
    + (error.keyword === 'additionalProperties' ? ` (${String(error.params['additionalProperty'])})` : ''));
}
