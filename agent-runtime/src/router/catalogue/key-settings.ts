import { z } from 'zod';
import { modelPolicySchema } from '../../contract/task.ts';

const namedSettingsSchema = z.record(z.string(), z.strictObject({
  team: z.string().min(1).max(100).optional(),
  /** May see and change what is other keys' own. */
  admin: z.boolean().default(false),
  /** Patterns such as `anthropic/*`; `!` in front: all but those. Absent: all models. */
  models: z.array(z.string().min(1)).min(1, 'must name a pattern, or be left out to allow all models').optional(),
  policies: z.array(modelPolicySchema).min(1, 'must name a policy, or be left out to allow all of them').optional(),
}));

/**
 * Section `keys`: what an API key, by its name, may do. `*` is what holds for keys that are not named. `__proto__` is refused,
 * as a record leaves it out without a word, and a section that names no key restricts nobody.
 */
export const keySettingsSchema = z.unknown()
  .refine((given) => !(typeof given === 'object' && given !== null && Object.hasOwn(given, '__proto__')), 'must not name a key __proto__: no API key can have that name')
  .pipe(namedSettingsSchema);
export type KeySettings = z.output<typeof keySettingsSchema>;
