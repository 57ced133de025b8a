import { z } from 'zod';

const tokens = z.number().int().nonnegative();

/** Tokens of one or more model calls in disjoint classes; `reasoning` is the part of `output` spent on thinking. */
export const usageSchema = z.object({
  input: tokens.describe('Input tokens neither read from nor written to a prompt cache'),
  cacheRead: tokens.describe('Input tokens read from a prompt cache'),
  cacheWrite5m: tokens.describe('Input tokens written to a prompt cache that lives five minutes'),
  cacheWrite1h: tokens.describe('Input tokens written to a prompt cache that lives one hour'),
  output: tokens.describe('Output tokens, reasoning included'),
  reasoning: tokens.describe('The part of the output spent on reasoning'),
});
export type Usage = z.infer<typeof usageSchema>;

export const NO_USAGE: Usage = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 };

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
    cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
}

/**
 * `known`: the usage that the provider told, at a known price. `free`: declared free by its configuration. `estimated`: a
 * call that broke off, by what was sent and received until then; of a task, also that workers died while they ran it, so that
 * calls under way then are not counted. `unknown`: no price or no usage, so `costUsd` is null.
 */
export const costStatusSchema = z.enum(['known', 'free', 'estimated', 'unknown']);
export type CostStatus = z.infer<typeof costStatusSchema>;

export const costSchema = z.object({
  costUsd: z.number().nonnegative().nullable().describe('Cost in USD; null when a price is unknown'),
  costStatus: costStatusSchema,
});
export type Cost = z.infer<typeof costSchema>;

/** Which models answered and what that took. */
export const modelReportSchema = costSchema.extend({
  models: z.array(z.string()).describe('provider/model of each model that answered, in order of first use'),
  calls: z.number().int().nonnegative(),
  usage: usageSchema,
  offline: z.boolean().describe('True when the rules provider answered instead of a language model'),
});
export type ModelReport = z.infer<typeof modelReportSchema>;

/** One model call as a report counts it. */
export interface ReportedCall {
  readonly model: string;
  readonly usage: Usage;
  /** False: it failed. */
  readonly answered: boolean;
  readonly offline: boolean;
  /** Billionths of a USD; null: unknown. */
  readonly costNanoUsd: number | null;
  readonly costStatus: CostStatus;
}

const NANO = 1_000_000_000;

/** What calls have spent together. Summed as integers: a sum of dollars as floating-point numbers would not be exact. */
export function modelReport(calls: readonly ReportedCall[]): ModelReport {
  const answered = calls.filter((call) => call.answered);
  const shared = {
    models: [...new Set(answered.map(({ model }) => model))], calls: calls.length,
    usage: calls.map(({ usage }) => usage).reduce(addUsage, NO_USAGE), offline: answered.some(({ offline }) => offline),
  };
  if (calls.some(({ costStatus }) => costStatus === 'unknown')) return { ...shared, costUsd: null, costStatus: 'unknown' };
  const costUsd = calls.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0) / NANO;
  if (calls.some(({ costStatus }) => costStatus === 'estimated')) return { ...shared, costUsd, costStatus: 'estimated' };
  return { ...shared, costUsd, costStatus: calls.every(({ costStatus }) => costStatus === 'free') ? 'free' : 'known' };
}
