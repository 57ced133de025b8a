import { z } from 'zod';

/** A result that a task kept, as GET /v1/tasks/{id}/artifacts shows it. */
export const taskArtifactSchema = z.object({
  name: z.string(),
  sizeBytes: z.number().int(),
  createdAt: z.iso.datetime(),
  url: z.string().nullable().describe('Opens without a key until `urlExpiresAt`; an address, or a path of this API; null: there is no way to it'),
  urlExpiresAt: z.iso.datetime().nullable(),
});
export type TaskArtifact = z.infer<typeof taskArtifactSchema>;
