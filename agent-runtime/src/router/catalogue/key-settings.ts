import { z } from 'zod';
import { modelPolicySchema } from '../../contract/task.ts';

/** Section `keys`: what an API key, by its name, may do. `*` is what holds for keys that are not named. */
export const keySettingsSchema = z.record(z.string(), z.strictObject({
  team: z.string().min(1).max(100).optional(),
  /** May see and change what is other keys' own. */
  admin: z.boolean().default(false),
  /** Patterns such as `anthropic/*`; `!` in front: all but those. Absent: all models. */
  models: z.array(z.string().min(1)).min(1, 'must name a pattern, or be left out to allow all models').optional(),
  policies: z.array(modelPolicySchema).min(1, 'must name a policy, or be left out to allow all of them').optional(),
}));
export type KeySettings = z.output<typeof keySettingsSchema>;
