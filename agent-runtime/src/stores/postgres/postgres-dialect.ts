import type { Pool, PoolClient, QueryConfig } from 'pg';
import {
  PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type CompiledQuery, type DatabaseConnection, type Dialect, type Driver, type QueryResult,
} from 'kysely';
import { createStatementNames } from './statement-names.ts';
import { isBroken, isConflict, isOutdated, storeError, type ServerName } from './store-error.ts';

const MOST_TRIES = 5;
const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE']);

interface Connection extends DatabaseConnection {
  client: PoolClient;
  held: boolean;
  transaction: 'none' | 'wanted' | 'open';
  broken: Error | undefined;
}

/**
 * Kysely's Postgres dialect over `pg`, with statements prepared on the server, the beginning of a transaction sent with its
 * first statement, and connections thrown away once they fail. Failures are `store_unavailable`, with the server's as cause.
 */
export function postgresDialect(pool: Pool, server: ServerName): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createDriver: () => createDriver(pool, server),
  };
}

function createDriver(pool: Pool, server: ServerName): Driver {
  const nameOf = createStatementNames();

  async function run<Row>(connection: Connection, query: QueryConfig): Promise<QueryResult<Row>> {
    const begins = connection.transaction === 'wanted';
    if (begins) connection.transaction = 'open';
    try {
      // Both are on their way before the first is answered, which fails only with the connection.
      const begun = begins ? connection.client.query('begin') : undefined;
      const [result] = await Promise.all([connection.client.query(query), begun]);
      const { command, rowCount, rows } = result;
      return { rows: rows as Row[], ...CHANGES.has(command) && { numAffectedRows: BigInt(rowCount ?? 0) } };
    } catch (error) {
      if (isBroken(error) || isOutdated(error)) connection.broken = error as Error;
      throw storeError(error, server);
    }
  }

  async function patiently<Row>(connection: Connection, query: QueryConfig): Promise<QueryResult<Row>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run<Row>(connection, query);
      } catch (error) {
        const { cause } = error as Error;
        // Within a transaction all of it is to be repeated.
        if (connection.transaction !== 'none') throw error;
        // At most once for each connection of the pool, as it is thrown away.
        if (isOutdated(cause)) await replace(connection);
        else if (!isConflict(cause) || attempt >= MOST_TRIES) throw error;
      }
    }
  }

  function acquire(): Promise<PoolClient> {
    return pool.connect().catch((error: unknown) => {
      throw storeError(error, server);
    });
  }

  async function replace(connection: Connection): Promise<void> {
    // Given back first: others may be waiting for one too.
    connection.client.release(connection.broken);
    connection.held = false;
    connection.client = await acquire();
    connection.held = true;
    connection.broken = undefined;
  }

  return {
    init: async () => undefined,
    async acquireConnection() {
      const connection: Connection = {
        client: await acquire(), held: true, transaction: 'none', broken: undefined,
        executeQuery: <Row>({ sql, parameters }: CompiledQuery) => patiently<Row>(connection, { text: sql, values: parameters.map(storable), name: nameOf(sql) }),
        streamQuery() {
          throw new Error('Streams are not used.');
        },
      };
      return connection;
    },
    async beginTransaction(connection) {
      (connection as Connection).transaction = 'wanted';
    },
    async commitTransaction(given) {
      const connection = given as Connection;
      if (connection.transaction === 'wanted') connection.transaction = 'none';
      if (connection.transaction === 'none') return;
      await run(connection, { text: 'commit' });
      connection.transaction = 'none';
    },
    async rollbackTransaction(given) {
      const connection = given as Connection;
      if (connection.transaction === 'open' && !connection.broken) await run(connection, { text: 'rollback' });
      connection.transaction = 'none';
    },
    async releaseConnection(given) {
      const { client, held, broken } = given as Connection;
      if (held) client.release(broken);
    },
    destroy: () => pool.end(),
  };
}

/** Postgres has no place for the character 0 in a text; JSON writes it otherwise. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}
