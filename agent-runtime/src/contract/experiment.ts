import { z } from 'zod';
import { modelPolicySchema } from './task.ts';

/** `cost` in USD and `latency` in ms of one request; `success` is 0 or 1; `quality` is a judgement from 0 to 1. */
export const metricSchema = z.enum(['quality', 'cost', 'latency', 'success']);
export type Metric = z.infer<typeof metricSchema>;

export const metricEstimateSchema = z.object({
  n: z.number().int().nonnegative(),
  mean: z.number().nullable(),
  low: z.number().nullable().describe('Of an interval that holds however often one looks; null: too few results'),
  high: z.number().nullable(),
});
export type MetricEstimate = z.infer<typeof metricEstimateSchema>;

export const metricComparisonSchema = z.object({
  difference: z.number().nullable().describe('This arm less the control'),
  low: z.number().nullable(),
  high: z.number().nullable(),
  eValue: z.number().nonnegative().nullable()
    .describe('Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12'),
});
export type MetricComparison = z.infer<typeof metricComparisonSchema>;

const byMetric = <Schema extends z.ZodType>(schema: Schema) => z.object({ quality: schema, cost: schema, latency: schema, success: schema });

export const experimentArmSchema = z.object({
  name: z.string(),
  role: z.enum(['control', 'variant', 'shadow']),
  weight: z.number().nonnegative(),
  model: z.string().nullable(),
  policy: modelPolicySchema.nullable(),
  status: z.enum(['running', 'stopped']),
  reason: z.string().nullable().describe('Why it was stopped'),
  stoppedAt: z.string().nullable().describe('ISO 8601 in UTC'),
  requests: z.number().int().nonnegative(),
  spentUsd: z.number().nonnegative(),
  unknownCostRequests: z.number().int().nonnegative(),
  metrics: byMetric(metricEstimateSchema),
  comparedWithControl: byMetric(metricComparisonSchema).nullable().describe('Null for the control itself'),
});
export type ExperimentArm = z.infer<typeof experimentArmSchema>;

/** An experiment of the router file and what it has shown so far. */
export const experimentSchema = z.object({
  id: z.string(),
  status: z.enum(['running', 'stopped', 'disabled']),
  reason: z.string().nullable(),
  control: z.string(),
  metric: metricSchema.describe('What the experiment is to decide'),
  alpha: z.number().describe('Chance of a wrong verdict over the whole life of the experiment'),
  arms: z.array(experimentArmSchema),
  verdict: z.string().describe('What can be concluded now, in words'),
});
export type Experiment = z.infer<typeof experimentSchema>;
