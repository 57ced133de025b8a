import { addUsage, NO_USAGE, type ModelReport, type Usage } from '../../../contract/usage.ts';
import type { Charge } from '../records.ts';
import type { LedgerRow, Statements } from './tables.ts';

const NANO = 1_000_000_000;
const IDS_PER_SELECT = 500;

export async function insertCharges(statements: Statements, taskId: string, charges: readonly Charge[], now: number): Promise<void> {
  if (charges.length === 0) return;
  await statements.insertInto('ledger').values(charges.map((charge) => ({
    task_id: taskId, at: now, step: charge.step, attempt: charge.attempt, model: charge.model, provider: charge.provider,
    offline: charge.offline ? 1 : 0, input: charge.usage.input, cache_read: charge.usage.cacheRead,
    cache_write_5m: charge.usage.cacheWrite5m, cache_write_1h: charge.usage.cacheWrite1h, output: charge.usage.output,
    reasoning: charge.usage.reasoning, cost_nano_usd: charge.costUsd === null ? null : Math.round(charge.costUsd * NANO),
    committed_nano_usd: Math.round((charge.costUsd ?? charge.worstCaseUsd ?? 0) * NANO),
    cost_status: charge.costStatus, duration_ms: charge.durationMs, error_code: charge.errorCode,
  }))).execute();
}

/** What each of the tasks has spent, from the ledger. */
export async function spendByTask(statements: Statements, taskIds: readonly string[]): Promise<(taskId: string) => ModelReport> {
  const rows = new Map<string, LedgerRow[]>();
  for (let start = 0; start < taskIds.length; start += IDS_PER_SELECT) {
    const page = await statements.selectFrom('ledger').selectAll()
      .where('task_id', 'in', taskIds.slice(start, start + IDS_PER_SELECT)).orderBy('id').execute();
    for (const row of page) rows.set(row.task_id, [...rows.get(row.task_id) ?? [], row]);
  }
  return (taskId) => report(rows.get(taskId) ?? []);
}

/** What the task has spent, calls of unknown cost at their worst case. */
export async function committedCostUsd(statements: Statements, taskId: string): Promise<number> {
  const row = await statements.selectFrom('ledger').select((expression) => expression.fn.sum<number | null>('committed_nano_usd').as('nano'))
    .where('task_id', '=', taskId).executeTakeFirst();
  return Number(row?.nano ?? 0) / NANO;
}

function report(rows: readonly LedgerRow[]): ModelReport {
  const answered = rows.filter((row) => row.error_code === null);
  return {
    ...totalCost(rows),
    models: [...new Set(answered.map((row) => row.model))],
    calls: rows.length,
    usage: rows.map(usage).reduce(addUsage, NO_USAGE),
    offline: answered.some((row) => row.offline === 1),
  };
}

/** Summed as integers: the sum of the ledger's dollars as floating-point numbers would not be exact. */
function totalCost(rows: readonly LedgerRow[]): Pick<ModelReport, 'costUsd' | 'costStatus'> {
  if (rows.some((row) => row.cost_status === 'unknown')) return { costUsd: null, costStatus: 'unknown' };
  const nano = rows.reduce((sum, row) => sum + (row.cost_nano_usd ?? 0), 0);
  return { costUsd: nano / NANO, costStatus: rows.every((row) => row.cost_status === 'free') ? 'free' : 'known' };
}

function usage(row: LedgerRow): Usage {
  return {
    input: row.input, cacheRead: row.cache_read, cacheWrite5m: row.cache_write_5m, cacheWrite1h: row.cache_write_1h,
    output: row.output, reasoning: row.reasoning,
  };
}
