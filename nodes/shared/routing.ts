import type { INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { ParameterNames } from './problems';

/** How one call is routed and made, as the form says it and as the runtime takes it. */
export interface Routing {
  /** `auto`, or a model's name. */
  readonly model: string;
  readonly policy?: string;
  readonly privacy?: string;
  readonly session?: string;
  readonly cache?: string;
  readonly costLimitUsd?: number;
  readonly maxTokens?: number;
  readonly temperature?: number;
}

/** As much of a node's context as reading its form needs. */
interface Form {
  getNode(): INode;
  getNodeParameter(name: string, itemIndex: number, fallback?: unknown): unknown;
}

/** Where the fields that the runtime may refuse come from, by the names that the form shows. */
export const ROUTING_NAMES: ParameterNames = {
  'model': 'Model',
  'policy': 'Policy',
  'x-aios-policy': 'Policy',
  'privacy': 'Privacy',
  'x-aios-privacy': 'Privacy',
  'session': 'Session',
  'x-aios-session': 'Session',
  'x-aios-cache': 'Cache',
  'costLimitUsd': 'Cost Limit (USD)',
  'x-aios-cost-limit-usd': 'Cost Limit (USD)',
  'maxOutputTokens': 'Maximum Number of Tokens',
  'max_completion_tokens': 'Maximum Number of Tokens',
  'temperature': 'Temperature',
};

/** Reads what `modelParameters` and `callOptions` ask for. Throws a NodeOperationError that names the parameter. */
export function readRouting(form: Form, itemIndex: number): Routing {
  const options = form.getNodeParameter('options', itemIndex, {}) as Record<string, unknown>;
  const [model, namedPolicy] = modelAndPolicy(text(form.getNodeParameter('model', itemIndex, 'auto')) ?? AUTO);
  const number = (name: string, displayName: string, least: number) => numberOf(form, itemIndex, options[name], displayName, least);
  const maxTokens = number('maxTokens', 'Maximum Number of Tokens', 1);
  return defined({
    model,
    policy: namedPolicy ?? (model === AUTO ? text(form.getNodeParameter('policy', itemIndex, '')) : undefined),
    privacy: text(options.privacy),
    session: text(options.session),
    cache: text(options.cache),
    costLimitUsd: number('costLimitUsd', 'Cost Limit (USD)', 0),
    maxTokens: maxTokens === undefined ? undefined : Math.floor(maxTokens),
    temperature: number('temperature', 'Temperature', 0),
  });
}

const AUTO = 'auto';

/** An expression may give `auto:cheapest`, as the runtime lists its policies. */
function modelAndPolicy(name: string): [model: string, policy?: string] {
  return name.startsWith(`${AUTO}:`) ? [AUTO, name.slice(AUTO.length + 1)] : [name];
}

/** Headers of a call that say how to route it and for whom it is made: budgets and spend reports go by these names. */
export function routingHeaders(routing: Routing, caller: { readonly agent: string; readonly workflow: string | undefined }): Record<string, string> {
  return Object.fromEntries(Object.entries({
    'x-aios-agent': headerText(caller.agent),
    'x-aios-workflow': headerText(caller.workflow),
    'x-aios-policy': routing.policy,
    'x-aios-privacy': routing.privacy,
    'x-aios-session': headerText(routing.session),
    'x-aios-cache': routing.cache,
    'x-aios-cost-limit-usd': routing.costLimitUsd === undefined ? undefined : amount(routing.costLimitUsd),
  }).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A name of at most as many characters as the runtime keeps. */
export function callerName(name: string): string {
  return name.slice(0, LONGEST_NAME).replace(/[\ud800-\udbff]$/, '');
}

const LONGEST_NAME = 200;

/** UTF-8 in the Latin-1 that a header is made of; control characters cannot be in one. */
function headerText(name: string | undefined): string | undefined {
  // eslint-disable-next-line no-control-regex
  return name === undefined ? undefined : Buffer.from(callerName(name).replace(/[\u0000-\u001f\u007f]+/g, ' ').trim(), 'utf8').toString('latin1');
}

/** Never `1e-7`. */
function amount(usd: number): string {
  return Number.isInteger(usd) ? String(usd) : usd.toFixed(12).replace(/\.?0+$/, '');
}

/** A parameter as text; what is empty or was not found counts as not set. */
function text(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const trimmed = (typeof value === 'object' ? JSON.stringify(value) : String(value)).trim();
  return trimmed === '' ? undefined : trimmed;
}

function numberOf(form: Form, itemIndex: number, value: unknown, displayName: string, least: number): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = Number(value);
  if (number >= least && Number.isFinite(number)) return number;
  throw new NodeOperationError(form.getNode(), `The parameter "${displayName}" is not a number of at least ${least}: ${String(value).slice(0, 40)}`, {
    itemIndex,
    description: `Give a number of at least ${least}, or remove the option.`,
  });
}

function defined<Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as { [Key in keyof Value]: Exclude<Value[Key], undefined> };
}
