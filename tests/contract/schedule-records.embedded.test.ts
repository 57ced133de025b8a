import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedRecords } from '../../agent-runtime/src/stores/records/embedded.ts';
import type { Records } from '../../agent-runtime/src/stores/records/records.ts';
import { describeScheduleRecords } from './schedule-records-cases.ts';

describeScheduleRecords('the embedded records of schedules', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aios-schedules-'));
  const opened: Records[] = [];
  return {
    async open() {
      const records = await createEmbeddedRecords({ folder });
      opened.push(records);
      return records;
    },
    async close() {
      await Promise.all(opened.map((records) => records.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
});
