import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Queue } from '../../agent-runtime/src/stores/queue/queue.ts';
import { createRabbitmqQueue } from '../../agent-runtime/src/stores/queue/rabbitmq.ts';
import { createTaskLimits } from '../../agent-runtime/src/tasks/task-limits.ts';
import { createWorkshop, gate, requestOf } from '../runtime/tasks/workshop.ts';
import { startRabbitmq, type RabbitmqServer } from '../servers/start-rabbitmq.ts';
import { messageOf, places } from './queue-cases.ts';

let server: RabbitmqServer;
let queue: Queue;
const closers: (() => Promise<void>)[] = [];
beforeAll(async () => { server = await startRabbitmq(); }, 60_000);
beforeEach(() => { queue = createRabbitmqQueue({ url: server.url, prefix: `waiting-${process.hrtime.bigint()}` }); });
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await queue.close();
});
afterAll(() => server.stop());

test('a message that is spare is dropped', async () => {
  const delivered: string[] = [];
  const last = gate();
  await queue.publish(messageOf('spare'));
  await queue.publish(messageOf('last'));
  const consumer = queue.consume(places(1), async ({ id }) => {
    delivered.push(id);
    if (id === 'last') last.resolve();
    return id === 'last' ? { action: 'ack' } : { action: 'spare', delayMs: 1 };
  });
  await last.promise;
  await consumer.close();
  expect([delivered, await queue.depth()]).toEqual([['spare', 'last'], { ready: 0, delayed: 0, running: 0 }]);
});

test('of a task that waits under a limit one message is left, however often it is published', async () => {
  const workshop = await createWorkshop();
  closers.push(() => workshop.close());
  const end = gate();
  closers.unshift(async () => end.resolve());
  const begun = gate();
  workshop.onWork(async ({ word }) => {
    begun.resolve();
    await end.promise;
    return { said: word };
  });
  const { batch } = await workshop.tasks.submit(requestOf(['a', 'b', 'c', 'd', 'e']), { tenant: 't' });
  const limits = createTaskLimits({ limits: workshop.state.limits, agentLimits: new Map([['smith', 1]]), repositoryLimit: 0, ttlMs: 30_000, logger: workshop.logger, waitMs: 50 });
  await workshop.worker({ queue, limits, concurrency: 20 });
  await begun.promise;
  for (let sweep = 0; sweep < 10; sweep += 1) {
    for (const { id } of batch.tasks) await queue.publish(messageOf(id));
  }
  for (;;) {
    const { ready, delayed, running } = await queue.depth();
    // Copies of the one that runs come back when its lease ends, and are then no more.
    if (ready + delayed + running <= batch.tasks.length - 1 + 11) break;
    await pause(50);
  }
  end.resolve();
  expect((await workshop.tasks.batch(batch.id, { waitMs: 20_000 })).status).toBe('ended');
});
