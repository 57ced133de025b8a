import { Kysely, sql } from 'kysely';
import { createPool } from '../postgres/postgres-pool.ts';
import { postgresDialect } from '../postgres/postgres-dialect.ts';
import { postgresSettings, type PostgresOptions, type PostgresSettings } from '../postgres/postgres-options.ts';
import { createServerClock } from '../postgres/server-clock.ts';
import { createChangeFeed } from './postgres/change-feed.ts';
import { keepDecisions } from './postgres/keep-decisions.ts';
import { postgresWrites } from './postgres/task-writes.ts';
import { migrate } from './sql/migrations.ts';
import { createSqlRecords } from './sql/sql-records.ts';
import type { Tables } from './sql/tables.ts';
import type { Records } from './records.ts';

/**
 * Records in a Postgres of version 15 or later, brought up to date. What was committed survives whatever the server's own
 * settings promise, which by default is a power failure. Throws `store_unavailable`, now or later; once the server is back,
 * all goes on without a restart.
 */
export async function createPostgresRecords(options: PostgresOptions): Promise<Records> {
  const settings = postgresSettings(options);
  await bringUpToDate(settings);
  const database = await connect(settings);
  try {
    const clock = await createServerClock(() => serverTime(database), options.hostClock);
    const channel = await channelOf(database);
    const feed = createChangeFeed({
      settings, channel,
      // Others need not wait until it is on the disk.
      send: (payloads) => sql`SELECT set_config('synchronous_commit', 'off', true), pg_notify(${channel}, payload) FROM unnest(${payloads}::text[]) AS payload`
        .execute(database),
    });
    let closed: Promise<void> | undefined;
    const records = createSqlRecords({
      database, writes: postgresWrites(database), watchOthers: feed.watch, publish: feed.publish, now: clock.now,
      settled: async () => undefined,
      close: () => closed ??= feed.close().then(() => database.destroy()),
    });
    return { ...records, routing: { ...records.routing, keep: (decisions) => keepDecisions(database, decisions) } };
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

async function connect(settings: PostgresSettings): Promise<Kysely<Tables>> {
  return new Kysely<Tables>({ dialect: postgresDialect(await createPool(settings), settings.server) });
}

/** On a connection that may wait for another process' migration, and takes what time it needs. */
async function bringUpToDate(settings: PostgresSettings): Promise<void> {
  const database = await connect({
    ...settings, poolSize: 1, client: { ...settings.client, query_timeout: 0 }, session: 'SET statement_timeout = 0; SET lock_timeout = 0',
  });
  try {
    await migrate(database);
  } finally {
    await database.destroy();
  }
}

async function serverTime(database: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ now: number }>`SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`.execute(database);
  return rows[0]!.now;
}

/** Notifications are heard in the whole database, records in their schema. */
async function channelOf(database: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ id: string }>`SELECT 'aios_records_' || current_schema()::regnamespace::oid AS id`.execute(database);
  return rows[0]!.id;
}
