import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

/** Reads the records past the runtime. */
export type Look = <Row>(sql: string) => Promise<readonly Row[]>;

const TRIES = 50;

/** `postgresUrl` null: the embedded records in `folder`. A server that is down is waited for. */
export function lookAt(postgresUrl: string | null, folder: string): Look {
  if (postgresUrl === null) return async <Row>(sql: string) => readFile<Row>(join(folder, 'records.db'), sql);
  return async <Row>(sql: string) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await ask<Row>(postgresUrl, sql);
      } catch (error) {
        if (tries === TRIES) throw error;
        await pause(200);
      }
    }
  };
}

async function ask<Row>(url: string, sql: string): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url, query_timeout: 10_000, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end().catch(() => undefined);
  }
}

function readFile<Row>(path: string, sql: string): readonly Row[] {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
  try {
    return database.prepare(sql).all() as Row[];
  } finally {
    database.close();
  }
}
