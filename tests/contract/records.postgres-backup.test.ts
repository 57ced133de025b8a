import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from '@jest/globals';
import { createPostgresRecords } from '../../agent-runtime/src/stores/records/postgres.ts';
import { postgresMissing, startPostgres, type PostgresServer } from '../servers/start-postgres.ts';
import { expectToGoOn, fillEachState } from './records-backup-cases.ts';

const missing = postgresMissing();
let server: PostgresServer;
beforeAll(async () => { if (missing === null) server = await startPostgres(); });
afterAll(async () => { await server?.stop(); });

(missing === null ? test : test.skip)('a backup made while the runtime writes is restored into an empty database, and work goes on', async () => {
  const url = await server.createDatabase();
  const records = await createPostgresRecords({ url });
  await fillEachState(records);
  const folder = await mkdtemp(join(tmpdir(), 'aios-backup-'));
  const file = join(folder, 'aios.dump');
  // The commands of docs/operations.md.
  await server.program('pg_dump', ['--format=custom', `--file=${file}`, url]);
  await records.close();
  const empty = await server.createDatabase();
  await server.program('pg_restore', ['--no-owner', '--exit-on-error', '--single-transaction', `--dbname=${empty}`, file]);
  await rm(folder, { recursive: true });
  const restored = await createPostgresRecords({ url: empty });
  await expectToGoOn(restored);
  await restored.close();
});
