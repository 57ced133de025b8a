import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { toJsonSchema } from './json-schema.ts';
import type { Schema, SchemaDocument } from './json-schema.ts';
import { fillSchema } from './fill-schema.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
  readonly 'x-multi-segment'?: boolean;
}

interface Described {
  readonly content?: Record<string, { readonly schema?: Schema }>;
  readonly required?: boolean;
}

interface OperationObject {
  readonly operationId: string;
  readonly parameters?: ReadonlyArray<Parameter | { readonly $ref: string }>;
  readonly requestBody?: Described;
  readonly responses: Record<string, Described | { readonly $ref: string }>;
}

interface Document extends SchemaDocument {
  readonly paths: Record<string, Record<string, OperationObject>>;
}

/** One operation of GitHub's REST API, found for a request. */
export interface Operation {
  /** `pulls/get`. */
  readonly id: string;
  /** Decoded path parameters. */
  readonly path: Readonly<Record<string, string>>;
  /** What is wrong with the request, or an empty list. */
  checkRequest(query: URLSearchParams, body: unknown): readonly string[];
  /** `body` with all fields that GitHub always sends and it lacks. */
  fill(status: number, body: unknown): unknown;
  /** What is wrong with an answer, or an empty list. */
  checkAnswer(status: number, body: unknown): readonly string[];
}

export interface GitHubContract {
  match(method: string, path: string): Operation | undefined;
}

let loaded: Promise<GitHubContract> | undefined;

/** GitHub's published OpenAPI description. It is large: read once a process, each operation compiled on first use. */
export function loadGitHubContract(): Promise<GitHubContract> {
  loaded ??= readContract();
  return loaded;
}

async function readContract(): Promise<GitHubContract> {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  const document = JSON.parse(await readFile(file, 'utf8')) as Document;
  allowDeletedFork(document);
  const routes = Object.keys(document.paths).map((template) => ({ template, pattern: pathPattern(document, template) }));
  // The template with the longest literal part is meant: a parameter may span several segments.
  const literal = (template: string): number => template.replaceAll(/\{[^}]+\}/g, '').length;
  routes.sort((a, b) => literal(b.template) - literal(a.template));
  const compile = createCompiler(document);
  return {
    match(method, path) {
      for (const { template, pattern } of routes) {
        const operation = document.paths[template]?.[method.toLowerCase()];
        const groups = operation === undefined ? null : pattern.exec(path);
        if (operation === undefined || groups === null) continue;
        const names = [...template.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? '');
        const values = Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(groups[index + 1] ?? '')]));
        return bind(document, operation, values, compile);
      }
      return undefined;
    },
  };
}

/** Once a fork is deleted GitHub sends null for the head's repository, though its description says that it never does. */
function allowDeletedFork(document: Document): void {
  const { head } = document.components.schemas['pull-request']?.properties as { head: { properties: Record<string, Schema> } };
  head.properties.repo = { nullable: true, anyOf: [head.properties.repo] };
}

function pathPattern(document: Document, template: string): RegExp {
  const multi = new Set(Object.values(document.paths[template] ?? {}).flatMap((operation) => parametersOf(document, operation))
    .filter((parameter) => parameter['x-multi-segment'] === true).map((parameter) => parameter.name));
  const source = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace(/\{([^}]+)\}/g, (_, name: string) => (multi.has(name) ? '(.+)' : '([^/]+)'));
  return new RegExp(`^${source}$`);
}

function parametersOf(document: Document, operation: OperationObject): Parameter[] {
  return (operation.parameters ?? []).map((parameter) => ('$ref' in parameter ? resolve<Parameter>(document, parameter.$ref) : parameter));
}

function resolve<Part>(document: Document, reference: string): Part {
  return reference.slice(2).split('/').reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], document) as Part;
}

type Compile = (schema: Schema, options: { closed: boolean; coerce: boolean }) => ValidateFunction;

function createCompiler(document: Document): Compile {
  const cache = new Map<Schema, ValidateFunction>();
  const shared = { strict: false, allErrors: true, logger: false } as const;
  const defined = { true: new Set<string>(), false: new Set<string>() };
  const engines = { plain: formats.default(new Ajv(shared)), coercing: formats.default(new Ajv({ ...shared, coerceTypes: true })) };
  return (schema, { closed, coerce }) => {
    const known = cache.get(schema);
    if (known !== undefined) return known;
    const engine = coerce ? engines.coercing : engines.plain;
    const converted = toJsonSchema(document, schema, {
      closed,
      define(id, build) {
        const ids = defined[`${coerce}`];
        if (ids.has(id)) return;
        ids.add(id);
        engine.addSchema({ $id: id, ...build() });
      },
    });
    const validate = engine.compile(converted);
    cache.set(schema, validate);
    return validate;
  };
}

function bind(document: Document, operation: OperationObject, path: Record<string, string>, compile: Compile): Operation {
  const answerSchema = (status: number): Schema | undefined => {
    const response = operation.responses[String(status)];
    if (response === undefined) return undefined;
    const described = '$ref' in response ? resolve<Described>(document, response.$ref) : response;
    return described.content?.['application/json']?.schema;
  };
  return {
    id: operation.operationId,
    path,
    checkRequest(query, body) {
      const problems = parametersOf(document, operation).flatMap((parameter) => {
        const value = parameter.in === 'path' ? path[parameter.name] : query.get(parameter.name) ?? undefined;
        if (parameter.in === 'header') return [];
        if (value === undefined) return parameter.required === true ? [`${parameter.in} parameter ${parameter.name} is missing`] : [];
        const validate = compile(wrapped(parameter.schema), { closed: false, coerce: true });
        return validate({ value }) ? [] : describe(validate.errors, `${parameter.in} parameter ${parameter.name}`);
      });
      const known = new Set(parametersOf(document, operation).filter((parameter) => parameter.in === 'query').map(({ name }) => name));
      problems.push(...[...query.keys()].filter((name) => !known.has(name)).map((name) => `query parameter ${name} does not exist`));
      return [...problems, ...checkBody(operation, body, compile)];
    },
    fill(status, body) {
      const schema = answerSchema(status);
      return schema === undefined ? body : fillSchema(document, schema, body);
    },
    checkAnswer(status, body) {
      if (operation.responses[String(status)] === undefined) return [`${operation.operationId} never answers ${status}`];
      const schema = answerSchema(status);
      if (schema === undefined) return body === undefined ? [] : [`${operation.operationId} answers ${status} without a body`];
      const validate = compile(schema, { closed: false, coerce: false });
      return validate(body) ? [] : describe(validate.errors, 'answer');
    },
  };
}

const wrappers = new WeakMap<Schema, Schema>();

/** Ajv coerces only what is inside an object. */
function wrapped(schema: Schema): Schema {
  const wrapper = wrappers.get(schema) ?? { type: 'object', properties: { value: schema } };
  wrappers.set(schema, wrapper);
  return wrapper;
}

function checkBody(operation: OperationObject, body: unknown, compile: Compile): readonly string[] {
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  const empty = body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0);
  if (schema === undefined) return empty ? [] : [`${operation.operationId} takes no body`];
  if (body === undefined) return operation.requestBody?.required === true ? ['the body is missing'] : [];
  const validate = compile(schema, { closed: true, coerce: false });
  return validate(body) ? [] : describe(validate.errors, 'body');
}

function describe(errors: readonly ErrorObject[] | null | undefined, where: string): string[] {
  return (errors ?? []).slice(0, 10).map((error) => `${where}${error.instancePath.replace(/^\/value$/, '')} ${error.message ?? 'is wrong'}`
    + (error.keyword === 'additionalProperties' ? ` (${String(error.params.additionalProperty)})` : ''));
}
