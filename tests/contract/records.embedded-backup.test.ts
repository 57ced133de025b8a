import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, test } from '@jest/globals';
import { createEmbeddedRecords } from '../../agent-runtime/src/stores/records/embedded.ts';
import { expectToGoOn, fillEachState } from './records-backup-cases.ts';

let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'aios-backup-')); });
afterEach(() => rm(folder, { recursive: true }));

/** The command of docs/operations.md. */
async function backUp(from: string, to: string): Promise<void> {
  const program = `new (require('node:sqlite').DatabaseSync)(process.argv[1]).prepare('VACUUM INTO ?').run(process.argv[2])`;
  await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', program, from, to]);
}

test('a backup made while the runtime writes is restored into an empty folder, and work goes on', async () => {
  const records = await createEmbeddedRecords({ folder: join(folder, 'old') });
  await fillEachState(records);
  const backup = join(folder, 'backup.db');
  await backUp(join(folder, 'old', 'records.db'), backup);
  await records.close();
  await mkdir(join(folder, 'new'));
  await copyFile(backup, join(folder, 'new', 'records.db'));
  const restored = await createEmbeddedRecords({ folder: join(folder, 'new') });
  await expectToGoOn(restored);
  await restored.close();
});
