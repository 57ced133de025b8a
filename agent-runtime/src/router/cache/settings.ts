import { z } from 'zod';

/** Section `cache` of the router file. */
export const cacheSettingsSchema = z.strictObject({
  exact: z.strictObject({
    use: z.enum(['never', 'when-asked', 'always']).default('when-asked')
      .describe('For which requests: `when-asked` those that ask for it themselves, `always` also those that do not say'),
    ttlMinutes: z.number().positive().max(43_200).default(60).describe('How long an answer may be given again'),
    maxMegabytes: z.number().positive().max(16_384).default(64).describe('Memory of all kept answers; the least recently used ones go first'),
  }).prefault({}),
  semantic: z.strictObject({
    enabled: z.boolean().default(false).describe('Also answers a question that means the same as one before'),
    threshold: z.number().min(0.8).max(1).default(0.95).describe('The least cosine between the embeddings of the two questions'),
    embeddingModel: z.string().min(1).max(200).optional().describe('provider/model of a configured embedding model'),
  }).prefault({}),
}).superRefine(({ exact, semantic }, context) => {
  if (!semantic.enabled) return;
  if (semantic.embeddingModel === undefined) {
    context.addIssue({ code: 'custom', path: ['semantic', 'embeddingModel'], message: 'is needed where the semantic cache is enabled' });
  }
  if (exact.use === 'never') {
    context.addIssue({ code: 'custom', path: ['semantic', 'enabled'], message: 'needs exact.use to be when-asked or always' });
  }
});
export type CacheSettings = z.infer<typeof cacheSettingsSchema>;
