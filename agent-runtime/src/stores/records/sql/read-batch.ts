import { ledgerOfBatch } from './ledger.ts';
import { prepared } from './prepared.ts';
import type { Database } from './tables.ts';
import type { TaskWrites } from './task-writes.ts';

const findBatch = prepared((statements, { id }: { id: string }) =>
  statements.selectFrom('batches').leftJoin('callbacks', 'callbacks.batch_id', 'batches.id')
    .select(['batches.id', 'batches.callback_url', 'batches.created_at', 'batches.ended_at',
      'callbacks.status', 'callbacks.attempts', 'callbacks.last_error'])
    .where('batches.id', '=', id));

const tasksOfBatch = prepared((statements, { id }: { id: string }) =>
  statements.selectFrom('tasks').selectAll().where('batch_id', '=', id).orderBy('position'));

/** Table by table. */
export function readBatch(database: Database): TaskWrites['readBatch'] {
  return async (id) => {
    const [batch] = await findBatch(database, { id });
    return batch ? { batch, tasks: await tasksOfBatch(database, { id }), ledger: await ledgerOfBatch(database, id) } : null;
  };
}
