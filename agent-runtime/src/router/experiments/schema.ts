import { z } from 'zod';
import { metricSchema } from '../../contract/experiment.ts';
import { modelPolicySchema } from '../../contract/task.ts';

const nameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dots, hyphens and underscores');
const namesSchema = z.array(z.string().min(1).max(200)).min(1).max(100).optional();

const armSchema = z.strictObject({
  name: nameSchema,
  model: z.string().min(1).max(200).optional().describe('provider/model or alias. Absent: the policy chooses'),
  policy: modelPolicySchema.optional().describe("Absent: the request's own"),
  weight: z.number().min(0).max(1_000_000).default(1)
    .describe('Share of the traffic, in proportion to the other arms. Of a shadow arm: the share of requests, 0 to 1, that it accompanies'),
  shadow: z.boolean().default(false).describe('Runs beside the answering arm; nobody sees its answers, but they cost'),
});
export type ArmRule = z.infer<typeof armSchema>;

const experimentSchema = z.strictObject({
  id: nameSchema,
  enabled: z.boolean().default(true),
  match: z.strictObject({
    operations: namesSchema.describe('As agent/operation, or the operation alone'),
    agents: namesSchema,
    workflows: namesSchema,
    tenants: namesSchema,
  }).prefault({}).describe('Which requests take part; all that are named must fit'),
  arms: z.array(armSchema).min(2).max(10),
  control: z.string().describe('The arm that the others are compared with, and that takes over the keys of a stopped one'),
  metric: metricSchema.default('quality').describe('What the experiment is to decide'),
  stop: z.strictObject({
    maxCostUsd: z.number().positive().optional().describe('The most that one arm may spend in all'),
    maxFailureRate: z.number().min(0).max(1).optional().describe('An arm is stopped when its failure rate is surely above this'),
    minSamples: z.number().int().min(2).max(1_000_000).default(30).describe('Fewest results of an arm before anything is concluded'),
    alpha: z.number().min(0.000_1).max(0.5).default(0.05).describe('Chance of a wrong conclusion over the whole life of the experiment'),
  }).prefault({}),
}).superRefine(({ arms, control }, context) => {
  const names = new Set(arms.map(({ name }) => name));
  if (names.size < arms.length) context.addIssue({ code: 'custom', path: ['arms'], message: 'two arms have the same name' });
  const controlArm = arms.find(({ name }) => name === control);
  if (controlArm === undefined || controlArm.shadow) {
    context.addIssue({ code: 'custom', path: ['control'], message: `must name an arm that is no shadow: ${[...names].join(', ')}` });
  }
  for (const [index, { shadow, weight }] of arms.entries()) {
    if (shadow && weight > 1) context.addIssue({ code: 'custom', path: ['arms', index, 'weight'], message: 'of a shadow arm is a share, at most 1' });
  }
  if (!arms.some(({ shadow, weight }) => !shadow && weight > 0)) {
    context.addIssue({ code: 'custom', path: ['arms'], message: 'no arm has traffic: give one that is no shadow a weight above 0' });
  }
});
export type ExperimentRule = z.infer<typeof experimentSchema>;

/** Section `experiments` of the router file. The first experiment that matches a request takes it. */
export const experimentsSchema = z.array(experimentSchema).max(100).default([]).superRefine((experiments, context) => {
  const ids = experiments.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) context.addIssue({ code: 'custom', message: `two experiments have the id ${twice}` });
});
