import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { WriteAnswer, WriteOrder } from './background-writer.ts';

// The thread of a BackgroundWriter: one transaction a message.
const BUSY_TIMEOUT_MS = 5_000;

const database = new DatabaseSync(workerData as string, { timeout: BUSY_TIMEOUT_MS });
database.exec('PRAGMA synchronous = NORMAL');
const statements = new Map<string, StatementSync>();

function prepared(sql: string): StatementSync {
  let statement = statements.get(sql);
  if (!statement) statements.set(sql, statement = database.prepare(sql));
  return statement;
}

function write({ statements: orders, expected }: WriteOrder): boolean {
  database.exec('BEGIN IMMEDIATE');
  try {
    let changes = 0;
    for (const { sql, parameters } of orders) changes += Number(prepared(sql).run(...parameters as SQLInputValue[]).changes);
    database.exec(changes === expected ? 'COMMIT' : 'ROLLBACK');
    return changes === expected;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

parentPort!.on('message', (order: WriteOrder | 'close') => {
  if (order === 'close') {
    database.close();
    parentPort!.close();
    return;
  }
  let answer: WriteAnswer;
  try {
    answer = { id: order.id, written: write(order) };
  } catch (error) {
    const { message, errcode } = error as { readonly message: string; readonly errcode?: number };
    answer = { id: order.id, error: { message, errcode } };
  }
  parentPort!.postMessage(answer);
});
