import { sql, type SqlBool } from 'kysely';
import type { Decision } from '../../../contract/decision.ts';
import type { DecisionFilter, Feedback } from '../routing-records.ts';
import type { Database } from './tables.ts';

export async function findDecision(database: Database, id: string): Promise<Decision | null> {
  const row = await database.selectFrom('decisions').select('decision').where('id', '=', id).executeTakeFirst();
  return row ? JSON.parse(row.decision) as Decision : null;
}

export async function listDecisions(database: Database, { tenant, task, model, limit, after }: DecisionFilter): Promise<readonly Decision[]> {
  const rows = await database.selectFrom('decisions').select('decision')
    .$if(tenant !== undefined, (query) => query.where('tenant', '=', tenant as string))
    .$if(task !== undefined, (query) => query.where('task', '=', task as string))
    .$if(model !== undefined, (query) => query.where('model', '=', model as string))
    .$if(after !== undefined, (query) => query.where(sql<SqlBool>`(at, id) < (SELECT at, id FROM decisions WHERE id = ${after})`))
    .orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => JSON.parse(row.decision) as Decision);
}

export async function forgetDecisions(database: Database, before: number, limit: number): Promise<number> {
  const result = await database.deleteFrom('decisions').where('id', 'in', (query) =>
    query.selectFrom('decisions').select('id').where('at', '<', before).orderBy('at').limit(limit)).executeTakeFirst();
  return Number(result.numDeletedRows);
}

export async function readFeedback(database: Database, id: string): Promise<Feedback | null> {
  const row = await database.selectFrom('decisions').select('feedback').where('id', '=', id).executeTakeFirst();
  return row?.feedback ? JSON.parse(row.feedback) as Feedback : null;
}

export async function writeFeedback(database: Database, id: string, feedback: Feedback): Promise<boolean> {
  const result = await database.updateTable('decisions').set({ feedback: JSON.stringify(feedback) }).where('id', '=', id).executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
