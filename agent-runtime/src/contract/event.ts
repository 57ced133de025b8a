import { z } from 'zod';

/** Something that happened to a task. `seq` grows by one for each event of a task. */
export const taskEventSchema = z.object({
  taskId: z.string(),
  seq: z.number().int().positive(),
  type: z.enum([
    'task-accepted', 'task-started', 'task-retried', 'task-succeeded', 'task-failed', 'task-parked', 'task-cancelled',
    'step-finished', 'model-answered', 'effect-done', 'progress',
  ]),
  at: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type TaskEvent = z.infer<typeof taskEventSchema>;
