import type { Pool } from 'pg';
import type { PostgresSettings } from './postgres-options.ts';

const INT8 = 20;
const NUMERIC = 1700;

/**
 * Connections that send statements without waiting for the answers of those before. Whole numbers come back as numbers.
 * One that breaks is dropped, and no other is made before it is needed.
 */
export async function createPool({ client, poolSize, session }: PostgresSettings): Promise<Pool> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    ...client,
    max: poolSize,
    idleTimeoutMillis: 60_000,
    pipeline: true,
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        (oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format))) as typeof pg.types.getTypeParser,
    },
    onConnect: async (connection: { query(text: string): Promise<unknown> }) => void await connection.query(session),
  } as never);
  // Whoever uses the connection gets the error from its statement; nobody is to die of it.
  pool.on('error', () => undefined);
  pool.on('connect', (connection) => connection.on('error', () => undefined));
  return pool;
}
