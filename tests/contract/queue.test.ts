import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createEmbeddedQueue } from '../../agent-runtime/src/stores/queue/embedded.ts';
import type { Queue } from '../../agent-runtime/src/stores/queue/queue.ts';
import { describeQueue } from './queue-cases.ts';

const driver = new URL('../../agent-runtime/src/stores/queue/embedded.ts', import.meta.url).href;

describeQueue('the embedded queue', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aios-queue-'));
  const leaseMs = 500;
  const queues: Queue[] = [];
  return {
    leaseMs,
    async open() {
      const queue = createEmbeddedQueue({ folder, leaseMs });
      queues.push(queue);
      return queue;
    },
    async takeAndDie() {
      const program = `
        const { createEmbeddedQueue } = await import(${JSON.stringify(driver)});
        createEmbeddedQueue(${JSON.stringify({ folder, leaseMs })}).consume({ concurrency: 1 }, () => {
          console.log('taken');
          return new Promise(() => {});
        });`;
      const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'close');
    },
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
});

test('the files of the embedded queue are the owner\'s alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aios-queue-'));
  await chmod(folder, 0o755);
  const queue = createEmbeddedQueue({ folder, leaseMs: 500 });
  const modes = await Promise.all((await readdir(folder)).map(async (file) => (await stat(join(folder, file))).mode & 0o777));
  await queue.close();
  await rm(folder, { recursive: true });
  expect(modes).toEqual([0o600, 0o600, 0o600]);
});
