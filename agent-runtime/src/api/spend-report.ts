import type { SpendFigures, SpendReport } from '../contract/spend.ts';
import { NO_USAGE } from '../contract/usage.ts';
import { AiosError } from '../errors.ts';
import type { DecisionLog } from '../router/decision-log.ts';

type SpendQuery = Parameters<DecisionLog['spend']>[0];
type SpendRow = Awaited<ReturnType<DecisionLog['spend']>>[number];

const NOTHING: SpendRow = {
  group: {}, calls: 0, failedCalls: 0, usage: NO_USAGE, costUsd: 0, unknownCostCalls: 0, worstCaseUsd: 0, durationMs: 0,
};

/** Rows and totals of the ledger between two times. Totals are asked of the ledger too: a sum of rounded rows would be off. */
export async function spendReport(records: Pick<DecisionLog, 'spend'>, query: SpendQuery): Promise<SpendReport> {
  const { from, to, groupBy } = query;
  if (from >= to) {
    throw new AiosError('invalid_request', '`from` is not before `to`. A day given as `to` is not included: give the day after the last one.');
  }
  const [rows, totals] = await Promise.all([
    groupBy.length === 0 ? [] : records.spend(query), records.spend({ ...query, groupBy: [] }),
  ]);
  return {
    from: new Date(from).toISOString(), to: new Date(to).toISOString(), groupBy: [...groupBy],
    rows: rows.map((row) => ({ ...row.group, day: row.group.day ?? undefined, ...figures(row) })),
    totals: figures(totals[0] ?? NOTHING),
  };
}

function figures({ calls, failedCalls, usage, costUsd, unknownCostCalls, worstCaseUsd, durationMs }: SpendRow): SpendFigures {
  const known = unknownCostCalls === 0 || unknownCostCalls < calls;
  return { calls, failedCalls, usage, costUsd: known ? costUsd : null, unknownCostCalls, worstCaseUsd, durationMs };
}
