import { createPostgresRecords } from '../../agent-runtime/src/stores/records/postgres.ts';
import type { Records } from '../../agent-runtime/src/stores/records/records.ts';
import type { PostgresServer } from '../servers/start-postgres.ts';
import type { RecordsBench } from './records-cases.ts';

/** Records in an empty schema of the server. */
export async function postgresBench(server: PostgresServer): Promise<RecordsBench & { readonly url: string }> {
  const url = await server.createSchema();
  const opened: Records[] = [];
  return {
    url,
    async open(clockAheadMs = 0) {
      const records = await createPostgresRecords({ url, poolSize: 5, hostClock: () => Date.now() + clockAheadMs });
      opened.push(records);
      return records;
    },
    async close() {
      await Promise.all(opened.map((records) => records.close()));
    },
  };
}
