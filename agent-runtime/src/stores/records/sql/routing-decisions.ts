import { sql, type SqlBool } from 'kysely';
import type { Decision } from '../../../contract/decision.ts';
import { decisionIdAt, type DecisionFilter, type Feedback, type FeedbackKept } from '../routing-records.ts';
import { DECISION_COLUMNS, readDecision } from './decision-text.ts';
import type { Database } from './tables.ts';

export async function findDecision(database: Database, id: string): Promise<Decision | null> {
  const row = await database.selectFrom('decisions').select(DECISION_COLUMNS).where('id', '=', id).executeTakeFirst();
  return row ? readDecision(row) : null;
}

export async function listDecisions(database: Database, { tenant, task, model, limit, after }: DecisionFilter): Promise<readonly Decision[]> {
  // Either way by time: the indexes of keys and tasks begin with it, and the ids of all decisions do.
  const ofAll = tenant === undefined && task === undefined;
  const rows = await database.selectFrom('decisions').select(DECISION_COLUMNS)
    .$if(tenant !== undefined, (query) => query.where('tenant', '=', tenant as string))
    .$if(task !== undefined, (query) => query.where('task', '=', task as string))
    .$if(model !== undefined, (query) => query.where('model', '=', model as string))
    .$if(after !== undefined, (query) => query.where(ofAll
      ? sql<SqlBool>`id < (SELECT id FROM decisions WHERE id = ${after})`
      : sql<SqlBool>`(at, id) < (SELECT at, id FROM decisions WHERE id = ${after})`))
    .$if(!ofAll, (query) => query.orderBy('at', 'desc')).orderBy('id', 'desc').limit(limit).execute();
  return rows.map(readDecision);
}

export async function forgetDecisions(database: Database, before: number, limit: number): Promise<number> {
  const result = await database.deleteFrom('decisions').where('id', 'in', (query) =>
    query.selectFrom('decisions').select('id').where('id', '<', decisionIdAt(before)).orderBy('id').limit(limit)).executeTakeFirst();
  return Number(result.numDeletedRows);
}

export async function readFeedback(database: Database, id: string): Promise<Feedback | null> {
  const row = await database.selectFrom('decisions').select('feedback').where('id', '=', id).executeTakeFirst();
  return row?.feedback ? JSON.parse(row.feedback) as Feedback : null;
}

export async function writeFeedback(database: Database, id: string, feedback: Feedback): Promise<FeedbackKept> {
  const update = database.updateTable('decisions').set({ feedback: JSON.stringify(feedback) }).where('id', '=', id);
  const first = await update.where('feedback', 'is', null).executeTakeFirst();
  if (first.numUpdatedRows > 0n) return 'first';
  const again = await update.executeTakeFirst();
  return again.numUpdatedRows > 0n ? 'again' : 'nowhere';
}
