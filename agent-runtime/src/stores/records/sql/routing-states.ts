import type { Statements } from './tables.ts';

export async function loadState(statements: Statements, name: string): Promise<unknown> {
  const row = await statements.selectFrom('states').select('value').where('name', '=', name).executeTakeFirst();
  return row ? JSON.parse(row.value) as unknown : null;
}

export async function saveState(statements: Statements, name: string, value: unknown, now: number): Promise<void> {
  const changes = { value: JSON.stringify(value ?? null), updated_at: now };
  await statements.insertInto('states').values({ name, ...changes })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changes)).execute();
}
