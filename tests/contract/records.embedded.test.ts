import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createEmbeddedRecords } from '../../agent-runtime/src/stores/records/embedded.ts';
import type { Records } from '../../agent-runtime/src/stores/records/records.ts';
import { describeRecords } from './records-cases.ts';
import { describeRacingRecords } from './records-racing-cases.ts';
import { describeRetention } from './records-retention-cases.ts';

const embeddedBench = async () => {
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
};

describeRecords('the embedded records', embeddedBench);
describeRacingRecords('the embedded records, in several processes at once', embeddedBench);
describeRetention('what the embedded records forget', embeddedBench);

test('a folder that cannot be used is an error that names the setting', async () => {
  await expect(createEmbeddedRecords({ folder: '/dev/null/aios' })).rejects.toMatchObject({
    code: 'store_unavailable', message: expect.stringContaining('AIOS_DATA_DIR') });
});

test('its files are the owner\'s alone, in a folder and with files that others may read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aios-records-'));
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'records.db'), '', { mode: 0o644 });
  const records = await createEmbeddedRecords({ folder });
  const files = await readdir(folder);
  const modes = await Promise.all(files.map(async (file) => [file, (await stat(join(folder, file))).mode & 0o777]));
  await records.close();
  await rm(folder, { recursive: true });
  expect(Object.fromEntries(modes)).toEqual({ 'records.db': 0o600, 'records.db-wal': 0o600, 'records.db-shm': 0o600 });
});
