import { transact } from './engine.ts';
import { appendEvents } from './events.ts';
import { insertRows, prepared } from './prepared.ts';
import type { BatchTable, Database, Statements } from './tables.ts';
import type { EarlierBatch, TaskWrites } from './task-writes.ts';

const ROWS_PER_INSERT = 200;
const MOST_LOOKS = 5;

const insertBatch = prepared((statements, {
  id, tenant, idempotency_key, request_hash, callback_url, created_at, open_tasks,
}: Omit<BatchTable, 'ended_at'>) => statements.insertInto('batches')
  .values({ id, tenant, idempotency_key, request_hash, callback_url, created_at, ended_at: null, open_tasks })
  .onConflict((conflict) => conflict.columns(['tenant', 'idempotency_key']).doNothing()).returning('id'));

export function acceptBatch(database: Database): TaskWrites['accept'] {
  return ({ batch, tasks, inputs, events }) => acceptOrFind(database, batch, () => transact(database, async (transaction) => {
    const [inserted] = await insertBatch(transaction, batch);
    if (!inserted) return false;
    for (const rows of chunks(tasks)) await insertRows(transaction, 'tasks', rows);
    for (const rows of chunks(inputs)) await insertRows(transaction, 'inputs', rows);
    for (const rows of chunks(events)) await appendEvents(transaction, rows);
    return true;
  }));
}

/** Who comes second finds what the first one has committed; if that is forgotten meanwhile, it is the first one itself. */
export async function acceptOrFind(
  statements: Statements, { tenant, idempotency_key }: BatchTable, insert: () => Promise<boolean>,
): Promise<EarlierBatch | null> {
  for (let look = 1; ; look += 1) {
    if (await insert()) return null;
    const query = statements.selectFrom('batches').select(['id', 'request_hash']).where('tenant', '=', tenant).where('idempotency_key', '=', idempotency_key);
    const earlier = look < MOST_LOOKS ? await query.executeTakeFirst() : await query.executeTakeFirstOrThrow();
    if (earlier) return { id: earlier.id, requestHash: earlier.request_hash };
  }
}

/** SQL databases limit the parameters of one statement. */
function chunks<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / ROWS_PER_INSERT) },
    (_, index) => items.slice(index * ROWS_PER_INSERT, (index + 1) * ROWS_PER_INSERT));
}
