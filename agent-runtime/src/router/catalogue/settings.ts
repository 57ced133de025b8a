import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { budgetRulesSchema } from '../budget/rules.ts';
import { cacheSettingsSchema } from '../cache/settings.ts';
import { experimentsSchema } from '../experiments/schema.ts';
import { privacyPolicySchema } from '../privacy/policy.ts';
import { resilienceSettingsSchema } from '../resilience/settings.ts';
import { keySettingsSchema } from './key-settings.ts';
import { policySettingsSchema } from './policy-settings.ts';
import { stickySettingsSchema } from './sticky-settings.ts';

/** The sections of the router file besides its models, each with defaults for all that is left out. */
export const settingsShape = {
  policies: policySettingsSchema.prefault({}),
  keys: keySettingsSchema.default({}),
  sticky: stickySettingsSchema.prefault({}),
  privacy: privacyPolicySchema.prefault({}),
  budgets: budgetRulesSchema,
  experiments: experimentsSchema,
  cache: cacheSettingsSchema.prefault({}),
  resilience: resilienceSettingsSchema.prefault({}),
};

const settingsSchema = z.strictObject(settingsShape);

/** What the router file says besides models, with all defaults filled in. */
export type RouterSettings = z.output<typeof settingsSchema>;

/** Without a router file. */
export function defaultSettings(): RouterSettings {
  return settingsSchema.parse({});
}

/** Of a whole file only the settings. Sections that say the same as before stay the same objects, so that what was made of them can stay. */
export function settingsOf(file: RouterSettings, before: RouterSettings | undefined): RouterSettings {
  const section = (name: keyof RouterSettings) => (before !== undefined && isDeepStrictEqual(before[name], file[name]) ? before[name] : file[name]);
  return Object.fromEntries((Object.keys(settingsShape) as (keyof RouterSettings)[]).map((name) => [name, section(name)])) as RouterSettings;
}
