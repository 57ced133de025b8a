import { z } from 'zod';
import { modelPolicySchema } from '../../contract/task.ts';

const weight = z.number().min(0).max(100);
const share = z.number().min(0).max(1);

/** How `cost-quality` finds out whether a cheap model will do: by one of `threshold`, `strongShare` and `targetQuality`. */
const costQualitySchema = z.strictObject({
  strong: z.string().optional(),
  weak: z.string().optional(),
  threshold: share.optional(),
  strongShare: share.optional(),
  targetQuality: share.optional(),
}).superRefine((value, context) => {
  const given = (['threshold', 'strongShare', 'targetQuality'] as const).filter((name) => value[name] !== undefined);
  if (given.length > 1) context.addIssue({ code: 'custom', message: `has ${given.join(' and ')}, which are different ways to say the same; keep one of them` });
});

/** Section `policies`: how models are chosen among those that may take a request. */
export const policySettingsSchema = z.strictObject({
  default: modelPolicySchema.default('balanced'),
  balanced: z.strictObject({ cost: weight.default(1), latency: weight.default(1), quality: weight.default(1) })
    .refine(({ cost, latency, quality }) => cost + latency + quality > 0, 'needs a weight above 0').prefault({}),
  costQuality: costQualitySchema.prefault({}),
  byOperation: z.record(z.string(), z.strictObject({ policy: modelPolicySchema.optional(), model: z.string().min(1).optional() })).default({}),
});
export type PolicySettings = z.output<typeof policySettingsSchema>;
