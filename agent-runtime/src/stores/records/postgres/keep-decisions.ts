import { sql } from 'kysely';
import type { KeptDecision } from '../routing-records.ts';
import { chargeRows, decisionRow } from '../sql/routing-keep.ts';
import type { Database, DecisionTable } from '../sql/tables.ts';
import { columns, insertCharges, jsonRows, statement } from './statement.ts';

const DECISION_COLUMNS = columns([
  'id', 'at', 'tenant', 'team', 'agent', 'workflow', 'task', 'model', 'outcome', 'cost_nano_usd', 'feedback', 'decision',
] satisfies (keyof DecisionTable)[]);

const keep = statement<{ decisions: string; charges: string }, never>((values) => sql`
  WITH decision AS (
    INSERT INTO decisions (${DECISION_COLUMNS}) SELECT ${DECISION_COLUMNS} FROM json_populate_recordset(NULL::decisions, ${values.decisions}::json)
    ON CONFLICT (id) DO NOTHING RETURNING id AS decided
  )
  ${insertCharges(values.charges)}
  JOIN decision ON decided = decision_id`);

/** Decisions and their charges in one statement; what was kept before, charges included, is left as it is. */
export async function keepDecisions(database: Database, kept: readonly KeptDecision[]): Promise<void> {
  if (kept.length === 0) return;
  // The first of each, by their ids, so that no two such statements wait for each other.
  const unique = [...new Map(kept.toReversed().map((one) => [one.decision.id, one])).values()]
    .sort((one, other) => (one.decision.id < other.decision.id ? -1 : 1));
  await keep(database, { decisions: jsonRows(unique.map(({ decision }) => decisionRow(decision))), charges: jsonRows(unique.flatMap(chargeRows)) });
}
