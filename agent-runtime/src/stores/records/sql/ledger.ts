import { modelReport, type ModelReport, type Usage } from '../../../contract/usage.ts';
import type { Charge } from '../records.ts';
import { insertRows, prepared } from './prepared.ts';
import type { LedgerRow, Statements } from './tables.ts';

const NANO = 1_000_000_000;
const IDS_PER_SELECT = 500;

export async function insertCharges(statements: Statements, taskId: string, charges: readonly Charge[], now: number): Promise<void> {
  await insertRows(statements, 'ledger', charges.map((charge) => ledgerRow(taskId, charge, now)));
}

/** Of these charges, those that are not in the ledger. */
export async function withoutKept(statements: Statements, taskId: string, charges: readonly Charge[]): Promise<readonly Charge[]> {
  const kept = await statements.selectFrom('ledger').select('call_id').where('task_id', '=', taskId).where('call_id', 'is not', null).execute();
  const ids = new Set(kept.map((row) => row.call_id));
  return charges.filter(({ callId }) => callId === undefined || !ids.has(callId));
}

export function ledgerRow(taskId: string | null, charge: Charge, now: number) {
  return {
    task_id: taskId, decision_id: charge.decisionId ?? null, call_id: charge.callId ?? null, tenant: charge.scope?.tenant ?? null, team: charge.scope?.team ?? null,
    agent: charge.scope?.agent ?? null, workflow: charge.scope?.workflow ?? null, at: now, step: charge.step, attempt: charge.attempt, model: charge.model, provider: charge.provider,
    offline: charge.offline ? 1 : 0, input: charge.usage.input, cache_read: charge.usage.cacheRead,
    cache_write_5m: charge.usage.cacheWrite5m, cache_write_1h: charge.usage.cacheWrite1h, output: charge.usage.output,
    reasoning: charge.usage.reasoning, cost_nano_usd: charge.costUsd === null ? null : Math.round(charge.costUsd * NANO),
    committed_nano_usd: Math.round((charge.costUsd ?? charge.worstCaseUsd ?? 0) * NANO),
    cost_status: charge.costStatus, duration_ms: charge.durationMs, error_code: charge.errorCode,
  };
}

const rowsOfTask = prepared((statements, { taskId }: { taskId: string }) =>
  statements.selectFrom('ledger').selectAll().where('task_id', '=', taskId).orderBy('id'));

const rowsOfBatch = prepared((statements, { batchId }: { batchId: string }) =>
  statements.selectFrom('ledger').innerJoin('tasks', 'tasks.id', 'ledger.task_id').selectAll('ledger')
    .where('tasks.batch_id', '=', batchId).orderBy('ledger.id'));

/** What the task has spent, from the ledger. */
export async function spendOfTask(statements: Statements, taskId: string): Promise<ModelReport> {
  return report(await rowsOfTask(statements, { taskId }));
}

export async function ledgerOfBatch(statements: Statements, batchId: string): Promise<readonly LedgerRow[]> {
  return rowsOfBatch(statements, { batchId });
}

/** What each of the tasks has spent. */
export async function spendByTask(statements: Statements, taskIds: readonly string[]): Promise<(taskId: string) => ModelReport> {
  const rows: LedgerRow[] = [];
  for (let start = 0; start < taskIds.length; start += IDS_PER_SELECT) {
    rows.push(...await statements.selectFrom('ledger').selectAll()
      .where('task_id', 'in', taskIds.slice(start, start + IDS_PER_SELECT)).orderBy('id').execute());
  }
  return spendByTaskOf(rows);
}

/** What the task has spent, calls of unknown cost at their worst case. */
export async function committedCostUsd(statements: Statements, taskId: string): Promise<number> {
  const row = await statements.selectFrom('ledger').select((expression) => expression.fn.sum<number | null>('committed_nano_usd').as('nano'))
    .where('task_id', '=', taskId).executeTakeFirst();
  return Number(row?.nano ?? 0) / NANO;
}

/** What each task has spent, by its rows. */
export function spendByTaskOf(rows: readonly LedgerRow[]): (taskId: string) => ModelReport {
  const tasks = Map.groupBy(rows, (row) => row.task_id);
  return (taskId) => report(tasks.get(taskId) ?? []);
}

function report(rows: readonly LedgerRow[]): ModelReport {
  return modelReport(rows.map((row) => ({
    model: row.model, usage: usage(row), answered: row.error_code === null, offline: row.offline === 1, costNanoUsd: row.cost_nano_usd, costStatus: row.cost_status,
  })));
}

function usage(row: LedgerRow): Usage {
  return {
    input: row.input, cacheRead: row.cache_read, cacheWrite5m: row.cache_write_5m, cacheWrite1h: row.cache_write_1h,
    output: row.output, reasoning: row.reasoning,
  };
}
