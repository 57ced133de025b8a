import { locked, transact } from './engine.ts';
import type { Database, Statements } from './tables.ts';

export async function loadState(statements: Statements, name: string): Promise<unknown> {
  const row = await statements.selectFrom('states').select('value').where('name', '=', name).executeTakeFirst();
  return row ? JSON.parse(row.value) as unknown : null;
}

export async function saveState(statements: Statements, name: string, value: unknown, now: number): Promise<void> {
  const changes = { value: JSON.stringify(value ?? null), updated_at: now };
  await statements.insertInto('states').values({ name, ...changes })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changes)).execute();
}

export function changeState(database: Database, name: string, change: (value: unknown) => unknown, now: number): Promise<unknown> {
  return transact(database, async (transaction) => {
    // There must be a row to lock, also for the first two who come at once.
    await transaction.insertInto('states').values({ name, value: 'null', updated_at: now }).onConflict((conflict) => conflict.column('name').doNothing()).execute();
    const row = await locked(transaction, transaction.selectFrom('states').select('value').where('name', '=', name), 'states').executeTakeFirstOrThrow();
    const value = change(JSON.parse(row.value));
    await saveState(transaction, name, value, now);
    return value;
  });
}
