import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { postgresMissing, startPostgres, type PostgresServer } from '../servers/start-postgres.ts';
import { postgresBench } from './postgres-bench.ts';
import { describeRecords } from './records-cases.ts';
import { describeRacingRecords } from './records-racing-cases.ts';
import { describeRetention } from './records-retention-cases.ts';
import { describeRoutingRecords } from './routing-records-cases.ts';
import { describeScheduleRecords } from './schedule-records-cases.ts';

const missing = postgresMissing();
let server: PostgresServer;
beforeAll(async () => { if (missing === null) server = await startPostgres(); });
afterAll(async () => { await server?.stop(); });

if (missing === null) {
  describeRecords('the records on Postgres', () => postgresBench(server));
  describeRacingRecords('the records on Postgres, in several processes at once', () => postgresBench(server));
  describeRetention('what the records on Postgres forget', () => postgresBench(server));
  describeRoutingRecords('the routing records on Postgres', () => postgresBench(server));
  describeScheduleRecords('the records of schedules on Postgres', () => postgresBench(server));
} else {
  describe('the records on Postgres', () => { test.skip(missing, () => undefined); });
}
