import type { ReceiptRecords, Reservation, Run } from '../records.ts';
import { locked, transact } from './engine.ts';
import { appendEvents } from './events.ts';
import { leaseLost } from './runs.ts';
import type { Commits } from './commits.ts';
import type { Database, Statements } from './tables.ts';

export function receiptRecords(database: Database, { announce, settled }: Commits): ReceiptRecords {
  return {
    async reserve(run, key, now) {
      const reservation = await transact(database, async (transaction): Promise<Reservation> => {
        // Nobody can claim the task before this transaction has ended.
        if (!isAlive(await locked(transaction, runOf(transaction, run), 'tasks').executeTakeFirst(), now)) throw leaseLost(run);
        const created = await transaction.insertInto('receipts')
          .values({ key, task_id: run.taskId, fence: run.fence, status: 'pending', result: null, at: now })
          .onConflict((conflict) => conflict.column('key').doNothing()).returning('key').executeTakeFirst();
        if (created) return { state: 'reserved' };
        const receipt = await locked(transaction, transaction.selectFrom('receipts').select(['status', 'result', 'task_id', 'fence'])
          .where('key', '=', key), 'receipts').executeTakeFirst();
        if (receipt?.status === 'done') return { state: 'done', result: JSON.parse(receipt.result ?? 'null') };
        const holder = receipt && { taskId: receipt.task_id, fence: receipt.fence };
        if (holder && holder.taskId !== run.taskId && isAlive(await runOf(transaction, holder).executeTakeFirst(), now)) {
          return { state: 'busy', taskId: holder.taskId };
        }
        const held = { task_id: run.taskId, fence: run.fence, at: now };
        // An insert again: it may have been forgotten between the two statements.
        await transaction.insertInto('receipts').values({ key, status: 'pending', result: null, ...held })
          .onConflict((conflict) => conflict.column('key').doUpdateSet(held)).execute();
        return { state: 'reserved' };
      });
      await settled(); // the effect must not be done before its receipt is safe
      return reservation;
    },

    async complete(run, key, result, now) {
      await transact(database, async (transaction) => {
        const task = await locked(transaction, transaction.selectFrom('tasks').select('last_seq').where('id', '=', run.taskId), 'tasks')
          .executeTakeFirst();
        const done = { status: 'done' as const, result: JSON.stringify(result ?? null), at: now };
        const receipt = await transaction.updateTable('receipts').set(done)
          .where('key', '=', key).where('status', '=', 'pending').returning('key').executeTakeFirst();
        if (!receipt || !task) return;
        await transaction.updateTable('tasks').set({ last_seq: task.last_seq + 1 }).where('id', '=', run.taskId).execute();
        await appendEvents(transaction, [{ taskId: run.taskId, seq: task.last_seq + 1, type: 'effect-done', at: now, data: { key } }]);
      });
      announce({ type: 'task', taskId: run.taskId });
    },
  };
}

function runOf(statements: Statements, run: Run) {
  return statements.selectFrom('tasks').select('lease_until')
    .where('id', '=', run.taskId).where('fence', '=', run.fence).where('status', '=', 'running');
}

function isAlive(row: { readonly lease_until: number | null } | undefined, now: number): boolean {
  return row !== undefined && (row.lease_until ?? 0) > now;
}
