import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createEmbeddedQueue } from '../../agent-runtime/src/stores/queue/embedded.ts';
import type { Delivery, Queue } from '../../agent-runtime/src/stores/queue/queue.ts';
import { describeQueue, messageOf, places, reserved } from './queue-cases.ts';

const driver = new URL('../../agent-runtime/src/stores/queue/embedded.ts', import.meta.url).href;

async function createBench() {
  const folder = await mkdtemp(join(tmpdir(), 'aios-queue-'));
  const leaseMs = 500;
  const queues: Queue[] = [];
  return {
    folder,
    leaseMs,
    honoursPriority: true,
    async open() {
      const queue = createEmbeddedQueue({ folder, leaseMs });
      queues.push(queue);
      return queue;
    },
    async takeAndDie() {
      const program = `
        const { createEmbeddedQueue } = await import(${JSON.stringify(driver)});
        createEmbeddedQueue(${JSON.stringify({ folder, leaseMs })}).consume({ concurrency: 1, agents: new Map([['smith', 1]]) }, () => {
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
}

describeQueue('the embedded queue', createBench);

describe('what the embedded queue promises beyond the others', () => {
  let bench: Awaited<ReturnType<typeof createBench>>;
  let queue: Queue;
  beforeEach(async () => {
    bench = await createBench();
    queue = await bench.open();
  });
  afterEach(() => bench.close());

  async function first(): Promise<Delivery> {
    const delivered = Promise.withResolvers<Delivery>();
    const consumer = queue.consume(places(1), async (delivery) => {
      delivered.resolve(delivery);
      return { action: 'ack' };
    });
    const delivery = await delivered.promise;
    await consumer.close();
    return delivery;
  }

  test('keeps one message of an id', async () => {
    await queue.publish(messageOf('a'));
    await queue.publish(messageOf('a'));
    expect(await queue.depth()).toMatchObject({ ready: 1 });
    expect(await queue.lostBefore('smith')).toBe(Infinity);
  });

  test('keeps a message that is said to be spare: it has no other of the id', async () => {
    await queue.publish(messageOf('a'));
    const twice = Promise.withResolvers<void>();
    const consumer = queue.consume(places(1), async ({ deliveries }) => {
      if (deliveries === 2) twice.resolve();
      return deliveries === 2 ? { action: 'ack' } : { action: 'spare', delayMs: 1 };
    });
    await twice.promise;
    await consumer.close();
  });

  test('brings a message that waits forward when it is published again, and never puts it off', async () => {
    await queue.publish(messageOf('a'), { delayMs: 600_000 });
    await queue.publish(messageOf('a'));
    await queue.publish(messageOf('a'), { delayMs: 600_000 });
    expect(await queue.depth()).toEqual({ ready: 1, delayed: 0, running: 0 });
    expect(await first()).toEqual({ ...messageOf('a'), deliveries: 1 });
  });

  test('delivers an id at once that was published while it was under way, however late its consumer wants it', async () => {
    await queue.publish(messageOf('a'));
    const twice = Promise.withResolvers<void>();
    const consumer = queue.consume(places(1), async ({ deliveries }) => {
      if (deliveries === 2) {
        twice.resolve();
        return { action: 'ack' };
      }
      await queue.publish(messageOf('a'));
      return { action: 'retry', delayMs: 600_000 };
    });
    await twice.promise;
    await consumer.close();
    expect(await queue.depth()).toEqual({ ready: 0, delayed: 0, running: 0 });
  });

  test('messages that wait go before whoever wants to reserve a place', async () => {
    const ids: string[] = [];
    const all = Promise.withResolvers<void>();
    const consumer = queue.consume(places(1), async ({ id }) => {
      ids.push(id);
      if (ids.length === 2) all.resolve();
      return { action: 'ack' };
    });
    const giveBack = await reserved(consumer);
    await Promise.all(['a', 'b'].map((id) => queue.publish(messageOf(id))));
    giveBack();
    expect(consumer.reserve('smith')).toBeNull();
    await all.promise;
    (await reserved(consumer))();
    expect(ids).toEqual(['a', 'b']);
    await consumer.close();
  });

  test('keeps the message of a consumer that died until its lease ends', async () => {
    await queue.publish(messageOf('a'));
    await bench.takeAndDie();
    expect(await queue.depth()).toMatchObject({ ready: 0, running: 1 });
    expect(await first()).toMatchObject({ id: 'a', deliveries: 2 });
  });

  test('takes over a file whose messages had no agent yet, once they are published again', async () => {
    await queue.close();
    const database = new DatabaseSync(join(bench.folder, 'queue.db'));
    database.exec(`DROP TABLE messages; CREATE TABLE messages (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, priority INTEGER NOT NULL, visible_at INTEGER NOT NULL,
      deliveries INTEGER NOT NULL DEFAULT 0, owner TEXT, again INTEGER NOT NULL DEFAULT 0);
      CREATE INDEX messages_by_order ON messages (priority DESC, sequence); INSERT INTO messages (id, priority, visible_at) VALUES ('a', 0, 0)`);
    database.close();
    queue = await bench.open();
    await queue.publish(messageOf('a'));
    expect(await queue.depth()).toMatchObject({ ready: 1 });
    expect(await first()).toEqual({ ...messageOf('a'), deliveries: 1 });
  });
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
