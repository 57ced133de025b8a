import { sql } from 'kysely';
import { AiosError } from '../../../errors.ts';
import { hasOneWriter } from './engine.ts';
import type { Database, Statements } from './tables.ts';

interface Migration {
  readonly name: string;
  /** As SQLite has them, or for one of the two alone. */
  readonly statements: readonly (string | { readonly sqlite: string } | { readonly postgres: string })[];
  /** True: a version that does not know it must not write any more. Else it only adds, and older versions run beside it. */
  readonly breaking?: boolean;
}

/** Forward only: a released one is never edited; a change is a new one at the end. */
const MIGRATIONS: readonly Migration[] = [
  {
    name: '001-tasks',
    statements: [
      `CREATE TABLE batches (id TEXT PRIMARY KEY, tenant TEXT NOT NULL, idempotency_key TEXT, request_hash TEXT NOT NULL,
        callback_url TEXT, created_at BIGINT NOT NULL, ended_at BIGINT, open_tasks INTEGER NOT NULL)`,
      'CREATE UNIQUE INDEX batches_by_key ON batches (tenant, idempotency_key)',
      `CREATE TABLE tasks (id TEXT PRIMARY KEY, batch_id TEXT NOT NULL REFERENCES batches (id), position INTEGER NOT NULL,
        agent TEXT NOT NULL, operation TEXT NOT NULL, status TEXT NOT NULL, attempt INTEGER NOT NULL,
        max_attempts INTEGER NOT NULL, interruptions INTEGER NOT NULL, created_at BIGINT NOT NULL, started_at BIGINT,
        ended_at BIGINT, due_at BIGINT NOT NULL, deadline_at BIGINT NOT NULL, fence INTEGER NOT NULL, lease_owner TEXT,
        lease_until BIGINT, cancel_requested INTEGER NOT NULL, last_seq INTEGER NOT NULL, error_code TEXT, error_kind TEXT,
        error_message TEXT, result TEXT)`,
      'CREATE INDEX tasks_by_batch ON tasks (batch_id, position)',
      'CREATE INDEX tasks_by_status ON tasks (status, id)',
      'CREATE INDEX tasks_by_owner ON tasks (lease_owner) WHERE lease_owner IS NOT NULL',
      'CREATE TABLE inputs (task_id TEXT PRIMARY KEY REFERENCES tasks (id), input TEXT NOT NULL, options TEXT NOT NULL)',
      `CREATE TABLE events (task_id TEXT NOT NULL REFERENCES tasks (id), seq INTEGER NOT NULL, type TEXT NOT NULL,
        at BIGINT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (task_id, seq))`,
      `CREATE TABLE journal (task_id TEXT NOT NULL REFERENCES tasks (id), step TEXT NOT NULL, request_hash TEXT NOT NULL,
        value TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (task_id, step, request_hash))`,
      `CREATE TABLE receipts (key TEXT PRIMARY KEY, task_id TEXT NOT NULL, fence INTEGER NOT NULL, status TEXT NOT NULL,
        result TEXT, at BIGINT NOT NULL)`,
      `CREATE TABLE ledger (id INTEGER PRIMARY KEY, task_id TEXT NOT NULL REFERENCES tasks (id), at BIGINT NOT NULL,
        step TEXT NOT NULL, attempt INTEGER NOT NULL, model TEXT NOT NULL, provider TEXT NOT NULL, offline INTEGER NOT NULL,
        input INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL,
        cache_write_1h INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL, cost_nano_usd BIGINT, committed_nano_usd BIGINT NOT NULL,
        cost_status TEXT NOT NULL, duration_ms DOUBLE PRECISION NOT NULL, error_code TEXT)`,
      'CREATE INDEX ledger_by_task ON ledger (task_id, id)',
      `CREATE TABLE callbacks (batch_id TEXT PRIMARY KEY REFERENCES batches (id), url TEXT NOT NULL, status TEXT NOT NULL,
        attempts INTEGER NOT NULL, due_at BIGINT NOT NULL, created_at BIGINT NOT NULL, last_error TEXT, lease_token TEXT)`,
      'CREATE INDEX callbacks_by_status ON callbacks (status, due_at)',
    ],
  },
  {
    name: '002-routing',
    statements: [
      `CREATE TABLE decisions (id TEXT PRIMARY KEY, at BIGINT NOT NULL, tenant TEXT NOT NULL, team TEXT, agent TEXT, workflow TEXT,
        task TEXT, model TEXT, outcome TEXT NOT NULL, cost_nano_usd BIGINT, feedback TEXT, decision TEXT NOT NULL)`,
      'CREATE INDEX decisions_by_time ON decisions (at, id)',
      'CREATE INDEX decisions_by_tenant ON decisions (tenant, at, id)',
      'CREATE INDEX decisions_by_task ON decisions (task, at, id) WHERE task IS NOT NULL',
      'CREATE TABLE states (name TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at BIGINT NOT NULL)',
      // Calls are made outside of tasks now, and it is kept whom each was made for.
      `CREATE TABLE new_ledger (id INTEGER PRIMARY KEY, task_id TEXT, decision_id TEXT, tenant TEXT, team TEXT, agent TEXT, workflow TEXT,
        at BIGINT NOT NULL, step TEXT NOT NULL, attempt INTEGER NOT NULL, model TEXT NOT NULL, provider TEXT NOT NULL,
        offline INTEGER NOT NULL, input INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL,
        cache_write_1h INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL, cost_nano_usd BIGINT, committed_nano_usd BIGINT NOT NULL,
        cost_status TEXT NOT NULL, duration_ms DOUBLE PRECISION NOT NULL, error_code TEXT)`,
      `INSERT INTO new_ledger (id, task_id, tenant, agent, at, step, attempt, model, provider, offline, input, cache_read, cache_write_5m,
        cache_write_1h, output, reasoning, cost_nano_usd, committed_nano_usd, cost_status, duration_ms, error_code)
        SELECT ledger.id, ledger.task_id, batches.tenant, tasks.agent, at, step, ledger.attempt, model, provider, offline, input, cache_read,
        cache_write_5m, cache_write_1h, output, reasoning, cost_nano_usd, committed_nano_usd, cost_status, duration_ms, ledger.error_code
        FROM ledger JOIN tasks ON tasks.id = ledger.task_id JOIN batches ON batches.id = tasks.batch_id`,
      'DROP TABLE ledger',
      'ALTER TABLE new_ledger RENAME TO ledger',
      'CREATE INDEX ledger_by_task ON ledger (task_id, id) WHERE task_id IS NOT NULL',
      // Reports and budgets look at a span of time, and each further index would be paid for by every model call.
      'CREATE INDEX ledger_by_time ON ledger (at)',
    ],
  },
  {
    name: '003-growth',
    statements: [
      'ALTER TABLE migrations ADD COLUMN breaking INTEGER NOT NULL DEFAULT 0',
      // What works on open tasks is not to read, or write, more with each one that has succeeded.
      "CREATE INDEX tasks_not_succeeded ON tasks (status, id) WHERE status <> 'succeeded'",
      'DROP INDEX tasks_by_status',
      'DROP INDEX tasks_by_owner',
      "CREATE INDEX callbacks_not_delivered ON callbacks (status, due_at) WHERE status <> 'delivered'",
      'DROP INDEX callbacks_by_status',
      // For retention by age.
      'CREATE INDEX batches_by_creation ON batches (created_at)',
      'CREATE INDEX receipts_by_time ON receipts (at)',
      // Rows that change several times in their life: room beside them, and no waiting until a fifth of history has changed.
      ...['batches', 'tasks', 'callbacks', 'receipts'].map((table) => ({
        postgres: `ALTER TABLE ${table} SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)`,
      })),
    ],
  },
  {
    name: '004-schedules',
    statements: [
      `CREATE TABLE schedules (id TEXT PRIMARY KEY, tenant TEXT NOT NULL, idempotency_key TEXT, request_hash TEXT NOT NULL,
        settings TEXT NOT NULL, request TEXT NOT NULL, version INTEGER NOT NULL, next_run_at BIGINT, planned_until BIGINT,
        created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)`,
      'CREATE UNIQUE INDEX schedules_by_key ON schedules (tenant, idempotency_key)',
      'CREATE INDEX schedules_by_next_run ON schedules (next_run_at) WHERE next_run_at IS NOT NULL',
      `CREATE TABLE schedule_runs (id TEXT PRIMARY KEY, schedule_id TEXT NOT NULL REFERENCES schedules (id), key TEXT NOT NULL,
        triggered_by TEXT NOT NULL, status TEXT NOT NULL, at BIGINT NOT NULL, until_at BIGINT, count INTEGER NOT NULL, reason TEXT,
        batch_id TEXT, error_code TEXT, error_kind TEXT, error_message TEXT, created_at BIGINT NOT NULL, due_at BIGINT NOT NULL,
        attempts INTEGER NOT NULL, lease_token TEXT, request TEXT)`,
      'CREATE UNIQUE INDEX schedule_runs_by_key ON schedule_runs (schedule_id, key)',
      'CREATE INDEX schedule_runs_by_schedule ON schedule_runs (schedule_id, id)',
      'CREATE INDEX schedule_runs_by_status ON schedule_runs (status, due_at)',
    ],
  },
  // What a write whose answer was lost has charged is found again by it.
  { name: '005-call-ids', statements: ['ALTER TABLE ledger ADD COLUMN call_id TEXT'] },
  // Ids of decisions sort by time, and one index less to keep up is a tenth of what it takes to write one.
  { name: '006-decisions-by-id', statements: ['DROP INDEX decisions_by_time'] },
];

/**
 * Brings the tables up to date, all of it or nothing. Several processes may start at once: the first statement lets one of
 * them do it. `last`: no further than that one. Throws `store_unavailable` when a newer version has changed too much.
 */
export async function migrate(database: Database, last?: string): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    if (!hasOneWriter(transaction)) await sql`SELECT pg_advisory_xact_lock(hashtextextended('aios records ' || current_schema(), 0))`.execute(transaction);
    await sql`CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)`.execute(transaction);
    const applied = await sql<{ name: string; breaking?: number }>`SELECT * FROM migrations`.execute(transaction);
    const names = new Set(applied.rows.map((row) => row.name));
    const stranger = applied.rows.find(({ name, breaking }) => breaking === 1 && !MIGRATIONS.some((migration) => migration.name === name));
    if (stranger) throw tooNew(stranger.name);
    const wanted = last === undefined ? MIGRATIONS : MIGRATIONS.slice(0, MIGRATIONS.findIndex(({ name }) => name === last) + 1);
    for (const migration of wanted.filter(({ name }) => !names.has(name))) {
      await apply(transaction, migration).catch((error: unknown) => { throw isTaken(error) ? notOurs(error) : error; });
      await sql`INSERT INTO migrations (name) VALUES (${migration.name})`.execute(transaction);
      if (migration.breaking) await sql`UPDATE migrations SET breaking = 1 WHERE name = ${migration.name}`.execute(transaction);
    }
  });
}

async function apply(transaction: Statements, { statements }: Migration): Promise<void> {
  const own = hasOneWriter(transaction) ? 'sqlite' : 'postgres';
  for (const statement of statements) {
    const text = typeof statement === 'string' ? statement : (statement as Partial<Record<string, string>>)[own];
    if (text !== undefined) await sql.raw(own === 'sqlite' ? text : forPostgres(text)).execute(transaction);
  }
}

/** Ids sort by their bytes, as in SQLite and whatever the language of the database; a row's number is given by a sequence. */
function forPostgres(statement: string): string {
  return statement.replace('INTEGER PRIMARY KEY', 'BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY').replaceAll(/\bTEXT\b/g, 'TEXT COLLATE "C"');
}

/** Postgres' codes for a table or an index, and a column, that is there. */
function isTaken(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && (error.code === '42P07' || error.code === '42701');
}

function notOurs(error: Error): AiosError {
  return new AiosError('store_unavailable', `The database of AIOS_POSTGRES_URL has tables that this runtime did not make, or of whose making it does not know (${error.message}). `
    + 'Give the runtime a database of its own, or restore the backup of the one it had (docs/operations.md).', { cause: error });
}

function tooNew(name: string): AiosError {
  return new AiosError('store_unavailable', `A newer version of the runtime has changed the records in a way (${name}) that this version cannot work with. `
    + 'Start the newer version again, or restore the backup that was made before it (docs/operations.md).');
}
