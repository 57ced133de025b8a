import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import type { Scope } from '../../../contract/decision.ts';
import type { SpendDimension, SpendQuery, SpendRow } from '../routing-records.ts';
import type { Database, Tables } from './tables.ts';

const NANO = 1_000_000_000;
const DAY_MS = 86_400_000;

/** Days are those of UTC. */
const COLUMNS = {
  model: 'model', provider: 'provider', tenant: 'tenant', team: 'team', agent: 'agent', workflow: 'workflow', task: 'task_id',
} as const satisfies Record<Exclude<SpendDimension, 'day'>, keyof Tables['ledger']>;

type Filters = Readonly<Partial<Record<Exclude<SpendDimension, 'day'>, string>>>;

export async function spend(database: Database, { from, to, groupBy, where = {} }: SpendQuery): Promise<readonly SpendRow[]> {
  const dimensions = groupBy.map(dimensionOf);
  const sum = (column: keyof Tables['ledger']) => sql<number | null>`SUM(${sql.ref(column)})`;
  const selected = filtered(database.selectFrom('ledger'), from, to, where).select([
    ...dimensions.map((dimension, index) => dimension.as(`group${index}`)),
    sql<number>`COUNT(*)`.as('calls'),
    sql<number>`SUM(CASE WHEN error_code IS NULL THEN 0 ELSE 1 END)`.as('failed'),
    sum('input').as('input'), sum('cache_read').as('cache_read'), sum('cache_write_5m').as('cache_write_5m'),
    sum('cache_write_1h').as('cache_write_1h'), sum('output').as('output'), sum('reasoning').as('reasoning'),
    sum('cost_nano_usd').as('cost'), sum('duration_ms').as('duration'),
    sql<number>`SUM(CASE WHEN cost_nano_usd IS NULL THEN 1 ELSE 0 END)`.as('unknown_calls'),
    sql<number>`SUM(CASE WHEN cost_nano_usd IS NULL THEN committed_nano_usd ELSE 0 END)`.as('worst_case'),
  ]);
  const grouped = dimensions.length === 0 ? selected : selected.groupBy(dimensions).orderBy(sql.join(dimensions.map((dimension) => sql`${dimension} NULLS FIRST`)));
  const rows = await grouped.execute() as readonly Readonly<Record<string, unknown>>[];
  return rows.filter((row) => Number(row['calls']) > 0).map((row) => ({
    group: Object.fromEntries(groupBy.map((name, index) => [name, groupValue(name, row[`group${index}`])])),
    calls: Number(row['calls']),
    failedCalls: Number(row['failed']),
    usage: {
      input: Number(row['input']), cacheRead: Number(row['cache_read']), cacheWrite5m: Number(row['cache_write_5m']),
      cacheWrite1h: Number(row['cache_write_1h']), output: Number(row['output']), reasoning: Number(row['reasoning']),
    },
    costUsd: Number(row['cost'] ?? 0) / NANO,
    unknownCostCalls: Number(row['unknown_calls']),
    worstCaseUsd: Number(row['worst_case']) / NANO,
    durationMs: Math.round(Number(row['duration']) * 1_000) / 1_000,
  }));
}

export async function committedNanoUsd(database: Database, { tenant, team, agent, workflow, task }: Partial<Scope>, from: number, to: number): Promise<number> {
  const row = await filtered(database.selectFrom('ledger'), from, to, { tenant, team, agent, workflow, task })
    .select(sql<number | null>`SUM(committed_nano_usd)`.as('nano')).executeTakeFirst();
  return Number(row?.nano ?? 0);
}

function filtered(query: SelectQueryBuilder<Tables, 'ledger', object>, from: number, to: number, where: Filters) {
  let narrowed = query.where('at', '>=', from).where('at', '<', to);
  for (const [name, value] of Object.entries(where)) {
    if (value !== undefined) narrowed = narrowed.where(COLUMNS[name as keyof typeof COLUMNS], '=', value);
  }
  return narrowed;
}

/** The number in the statement's text: as a parameter SQLite takes it for a fraction, and would not divide whole numbers. */
function dimensionOf(name: SpendDimension): RawBuilder<unknown> {
  return name === 'day' ? sql`at / ${sql.lit(DAY_MS)}` : sql`${sql.ref(COLUMNS[name])}`;
}

function groupValue(name: SpendDimension, value: unknown): string | null {
  if (name === 'day') return new Date(Number(value) * DAY_MS).toISOString().slice(0, 10);
  return value === null ? null : String(value);
}
