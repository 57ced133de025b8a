import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createEmbeddedRecords } from '../../agent-runtime/src/stores/records/embedded.ts';
import type { Records } from '../../agent-runtime/src/stores/records/records.ts';
import { describeRecords } from './records-cases.ts';

describeRecords('the embedded records', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aios-records-'));
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

test('a folder that cannot be used is an error that names the setting', async () => {
  await expect(createEmbeddedRecords({ folder: '/dev/null/aios' })).rejects.toMatchObject({
    code: 'store_unavailable', message: expect.stringContaining('AIOS_DATA_DIR') });
});
