import type { BudgetReport } from '../../agent-runtime/src/contract/budget.ts';
import type { WorkerDescription } from '../../agent-runtime/src/contract/worker.ts';
import type { Look } from '../crash/look.ts';
import type { Client } from './client.ts';
import type { Supervised } from './supervise.ts';

export interface LivingOptions {
  readonly client: Client;
  readonly workers: readonly Supervised[];
  readonly look: Look;
}

/** What the dead still hold; it is to be nothing some time after the last one died. */
export async function heldByTheDead({ client, workers, look }: LivingOptions): Promise<readonly string[]> {
  const { workers: listed } = await client.get<{ workers: WorkerDescription[] }>('/v1/workers');
  const { budgets } = await client.get<{ budgets: BudgetReport[] }>('/v1/budgets');
  const living = workers.map((worker) => worker.pid());
  const open = await openTasks(look);
  return [
    ...listed.filter(({ pid }) => !living.includes(pid)).map(({ id, pid }) => `worker ${id} (${pid}) is listed and does not live`),
    ...living.filter((pid) => !listed.some((worker) => worker.pid === pid)).map((pid) => `worker ${pid} lives and is not listed`),
    ...listed.filter(({ running }) => running > 0).map(({ pid, running }) => `worker ${pid} says that it runs ${running} tasks`),
    ...budgets.flatMap(({ id, accounts }) => accounts.filter(({ reservedUsd }) => reservedUsd > 0).map(({ reservedUsd }) => `budget ${id} has $${reservedUsd} reserved`)),
    ...open > 0 ? [`${open} tasks have not ended`] : [],
  ];
}

export async function openTasks(look: Look): Promise<number> {
  const [row] = await look<{ count: number | string }>("SELECT COUNT(*) AS count FROM tasks WHERE status IN ('queued', 'running')");
  return Number(row?.count);
}

/** Not told yet, or told and not yet known to be. */
export async function pendingCallbacks(look: Look): Promise<number> {
  const [row] = await look<{ count: number | string }>("SELECT COUNT(*) AS count FROM callbacks WHERE status = 'pending'");
  return Number(row?.count);
}
