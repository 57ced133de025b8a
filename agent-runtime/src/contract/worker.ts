import { z } from 'zod';

/** A worker as GET /v1/workers shows it, and as it tells the others of itself. */
export const workerSchema = z.object({
  id: z.string().describe('Made anew with each start'),
  host: z.string(),
  pid: z.number().int(),
  version: z.string().describe('Of the runtime'),
  startedAt: z.iso.datetime(),
  seenAt: z.iso.datetime().describe('Its last heartbeat, by its own clock'),
  draining: z.boolean().describe('It ends what it runs and takes no more'),
  concurrency: z.number().int().describe('Tasks that it runs at once'),
  running: z.number().int().describe('Tasks that it runs now'),
  agents: z.array(z.object({ name: z.string(), concurrency: z.number().int() })).describe('Whose tasks it takes, and how many of them at once'),
  capabilities: z.record(z.string(), z.string()).describe('What it can do besides, such as sandbox: bubblewrap; or why it cannot'),
});
export type WorkerDescription = z.infer<typeof workerSchema>;
