import type { IncomingHttpHeaders } from 'node:http';
import type { Scope } from '../../contract/decision.ts';
import { privacyClassSchema } from '../../contract/privacy.ts';
import { modelPolicySchema } from '../../contract/task.ts';
import type { Routing } from '../../router/routed-model.ts';
import { invalidField, oneOf } from './fields.ts';
import { readModelName } from './pseudo-models.ts';

type Draft<Shape> = { -readonly [Key in keyof Shape]: Shape[Key] };

const LONGEST = 200;
const HIGHEST_LIMIT_USD = 1_000_000;

/** For whom a call is made and how it is routed: the request's `model` and the headers `x-aios-…`. Throws for one that is not valid. */
export function readCallHeaders(headers: IncomingHttpHeaders, model: string, tenant: string): { readonly routing: Routing; readonly scope: Scope } {
  const routing: Draft<Routing> = readModelName(model);
  const scope: Draft<Scope> = { tenant };
  const agent = text(headers, 'x-aios-agent');
  if (agent !== undefined) scope.agent = agent;
  const workflow = text(headers, 'x-aios-workflow');
  if (workflow !== undefined) scope.workflow = workflow;
  const task = text(headers, 'x-aios-task');
  if (task !== undefined) {
    // Its spend would count as that of a task that did not make the call.
    if (task.startsWith(OWN_TASKS)) throw invalidField('x-aios-task', `may not begin with ${OWN_TASKS}: such ids are the runtime's own. Use a name of yours`);
    scope.task = task;
  }
  const session = text(headers, 'x-aios-session');
  if (session !== undefined) routing.session = session;
  const experimentKey = text(headers, 'x-aios-experiment-key');
  if (experimentKey !== undefined) routing.experimentKey = experimentKey;
  const policy = text(headers, 'x-aios-policy');
  if (policy !== undefined) routing.policy = policyOf(policy, routing.policy);
  const privacy = text(headers, 'x-aios-privacy');
  if (privacy !== undefined) routing.privacy = oneOf(privacy, 'x-aios-privacy', privacyClassSchema.options);
  const cache = text(headers, 'x-aios-cache');
  if (cache !== undefined) routing.cache = oneOf(cache, 'x-aios-cache', ['off', 'on']);
  const limit = text(headers, 'x-aios-cost-limit-usd');
  if (limit !== undefined) routing.costRemainingUsd = usd(limit);
  return { routing, scope };
}

function policyOf(header: string, named: Routing['policy']): NonNullable<Routing['policy']> {
  const policy = oneOf(header, 'x-aios-policy', modelPolicySchema.options);
  if (named !== undefined && named !== policy) throw invalidField('x-aios-policy', `says ${policy} while the model says auto:${named}. Send one of them`);
  return policy;
}

function usd(text: string): number {
  const amount = /^\d{1,7}(\.\d{1,12})?$/.test(text) ? Number(text) : Number.NaN;
  if (amount >= 0 && amount <= HIGHEST_LIMIT_USD) return amount;
  throw invalidField('x-aios-cost-limit-usd', `must be an amount in USD such as 0.05, at most ${HIGHEST_LIMIT_USD}`);
}

const OWN_TASKS = 'task_';

const NOT_ASCII = /[^\x00-\x7f]/;

/** A header's bytes, which Node reads as Latin-1, are UTF-8 where they can be: names of workflows and agents are in any language. */
function decoded(value: string): string {
  if (!NOT_ASCII.test(value)) return value;
  const text = Buffer.from(value, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? value : text;
}

function text(headers: IncomingHttpHeaders, name: string): string | undefined {
  const given = headers[name];
  if (given === undefined || given === '') return undefined;
  const value = typeof given === 'string' ? decoded(given) : given;
  if (typeof value !== 'string' || value.length > LONGEST) throw invalidField(name, `must be sent once, with at most ${LONGEST} characters`);
  return value;
}
