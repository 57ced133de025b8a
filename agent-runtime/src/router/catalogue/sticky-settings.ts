import { z } from 'zod';

/** Section `sticky`: conversations stay on their model while its prompt cache is worth more than switching. */
export const stickySettingsSchema = z.strictObject({
  enabled: z.boolean().default(true),
  /** A conversation is forgotten after that, even where a provider keeps its cache for longer. */
  idleMinutes: z.number().min(1).max(1_440).default(60),
  /** Those that were used longest ago are forgotten beyond that number. */
  maxSessions: z.number().int().min(1).max(1_000_000).default(10_000),
});
export type StickySettings = z.output<typeof stickySettingsSchema>;
