import { z } from 'zod';

export const breakerSettingsSchema = z.strictObject({
  failures: z.number().int().min(1).max(1_000).default(5)
    .describe('Opens after so many failures in a row, or as many in the window if they make up the failure rate'),
  failureRate: z.number().min(0.01).max(1).default(0.5).describe('Share of the calls in the window that failed'),
  windowMs: z.number().int().min(100).max(3_600_000).default(30_000),
  openMs: z.number().int().min(1).max(3_600_000).default(5_000).describe('How long it stays open the first time; doubled each time a probe fails'),
  maxOpenMs: z.number().int().min(1).max(3_600_000).default(300_000)
    .describe("The longest it stays open; also the most of a rate limit's retry-after that is believed"),
});
export type BreakerSettings = z.infer<typeof breakerSettingsSchema>;

export const hedgeSettingsSchema = z.strictObject({
  enabled: z.boolean().default(false),
  afterMs: z.number().int().min(1).max(600_000).optional()
    .describe('Starts a second call when nothing has come for so long. Absent: when it is slower than 19 of 20 answers were'),
  maxShare: z.number().min(0.001).max(1).default(0.05).describe('The most of all requests that may get a second call'),
});
export type HedgeSettings = z.infer<typeof hedgeSettingsSchema>;

/** Section `resilience` of the router file. */
export const resilienceSettingsSchema = z.strictObject({
  attempts: z.number().int().min(1).max(10).default(3).describe('Upstream calls for a whole request: repeats, fallbacks and hedges together'),
  attemptTimeoutMs: z.number().int().min(100).max(3_600_000).optional()
    .describe('The longest one upstream call may take. Absent: AIOS_MODEL_TIMEOUT_MS'),
  longestWaitMs: z.number().int().min(0).max(600_000).default(3_000)
    .describe('A provider that asks for a longer pause is passed by'),
  breaker: breakerSettingsSchema.prefault({}),
  hedge: hedgeSettingsSchema.prefault({}),
});
export type ResilienceSettings = z.infer<typeof resilienceSettingsSchema>;
