import type { RetentionRecords } from '../retention-records.ts';
import { hasOneWriter, transact } from './engine.ts';
import type { Database } from './tables.ts';

export function retentionRecords(database: Database): RetentionRecords {
  return {
    forgetBatches: (before, limit) => transact(database, async (transaction) => {
      // No batch ends before it is created, and only its creation has an index: an index of the end would be paid for by each task.
      const old = transaction.selectFrom('batches').select('id').where('created_at', '<', before).where('ended_at', '<', before)
        .where(({ not, exists, selectFrom }) => not(exists(
          selectFrom('callbacks').select('batch_id').whereRef('batch_id', '=', 'batches.id').where('status', '=', 'pending'))))
        .orderBy('created_at').limit(limit);
      // One that somebody reopens at this moment is left for another time.
      const batches = (await (hasOneWriter(transaction) ? old : old.forUpdate('batches').skipLocked()).execute()).map(({ id }) => id);
      if (batches.length === 0) return 0;
      const tasks = transaction.selectFrom('tasks').select('id').where('batch_id', 'in', batches);
      for (const table of ['journal', 'events', 'inputs'] as const) {
        await transaction.deleteFrom(table).where('task_id', 'in', tasks).execute();
      }
      await transaction.deleteFrom('callbacks').where('batch_id', 'in', batches).execute();
      await transaction.deleteFrom('tasks').where('batch_id', 'in', batches).execute();
      await transaction.deleteFrom('batches').where('id', 'in', batches).execute();
      return batches.length;
    }),

    async forgetReceipts(before, limit) {
      const result = await database.deleteFrom('receipts').where('key', 'in', (query) => query.selectFrom('receipts').select('key').where('at', '<', before)
        .where(({ not, exists, selectFrom }) => not(exists(
          selectFrom('tasks').select('id').whereRef('tasks.id', '=', 'receipts.task_id').where('status', 'in', ['queued', 'running']))))
        .orderBy('at').limit(limit)).where('at', '<', before).executeTakeFirst(); // again: it may be reserved at this moment
      return Number(result.numDeletedRows);
    },

    async forgetLedger(before, limit) {
      const result = await database.deleteFrom('ledger').where('id', 'in', (query) =>
        query.selectFrom('ledger').select('id').where('at', '<', before).orderBy('at').limit(limit)).executeTakeFirst();
      return Number(result.numDeletedRows);
    },
  };
}
