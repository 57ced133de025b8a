import type { ReceiptRecords, Reservation, Run } from '../records.ts';
import { appendEvents } from './events.ts';
import { leaseLost } from './runs.ts';
import type { Commits } from './commits.ts';
import type { Database, Statements } from './tables.ts';

export function receiptRecords(database: Database, { announce, settled }: Commits): ReceiptRecords {
  return {
    async reserve(run, key, now) {
      const reservation = await database.transaction().execute(async (transaction): Promise<Reservation> => {
        if (!await stillRuns(transaction, run, now)) throw leaseLost(run);
        const created = await transaction.insertInto('receipts')
          .values({ key, task_id: run.taskId, fence: run.fence, status: 'pending', result: null, at: now })
          .onConflict((conflict) => conflict.column('key').doNothing()).returning('key').executeTakeFirst();
        if (created) return { state: 'reserved' };
        const receipt = await transaction.selectFrom('receipts').selectAll().where('key', '=', key).executeTakeFirstOrThrow();
        if (receipt.status === 'done') return { state: 'done', result: JSON.parse(receipt.result ?? 'null') };
        const holder = { taskId: receipt.task_id, fence: receipt.fence };
        if (holder.taskId !== run.taskId && await stillRuns(transaction, holder, now)) return { state: 'busy', taskId: holder.taskId };
        await transaction.updateTable('receipts').set({ task_id: run.taskId, fence: run.fence, at: now }).where('key', '=', key).execute();
        return { state: 'reserved' };
      });
      await settled(); // the effect must not be done before its receipt is safe
      return reservation;
    },

    async complete(run, key, result, now) {
      await database.transaction().execute(async (transaction) => {
        const receipt = await transaction.updateTable('receipts').set({ status: 'done', result: JSON.stringify(result ?? null), at: now })
          .where('key', '=', key).where('status', '=', 'pending').returning('key').executeTakeFirst();
        if (!receipt) return;
        const task = await transaction.updateTable('tasks').set((expression) => ({ last_seq: expression('last_seq', '+', 1) }))
          .where('id', '=', run.taskId).returning('last_seq').executeTakeFirstOrThrow();
        await appendEvents(transaction, [{ taskId: run.taskId, seq: task.last_seq, type: 'effect-done', at: now, data: { key } }]);
      });
      announce({ type: 'task', taskId: run.taskId });
    },
  };
}

async function stillRuns(statements: Statements, run: Run, now: number): Promise<boolean> {
  const row = await statements.selectFrom('tasks').select('lease_until')
    .where('id', '=', run.taskId).where('fence', '=', run.fence).where('status', '=', 'running').executeTakeFirst();
  return row !== undefined && (row.lease_until ?? 0) > now;
}
