import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Delivery } from '../../agent-runtime/src/stores/queue/queue.ts';
import { RABBITMQ_SOURCES, rabbitmqMissing, rabbitmqVersion, startRabbitmq, type RabbitmqServer } from '../servers/start-rabbitmq.ts';
import { messageOf, places, reserved } from './queue-cases.ts';
import { createRabbitmqBench, type RabbitmqBench } from './rabbitmq-bench.ts';

const turn = () => new Promise(setImmediate);

describe.each(RABBITMQ_SOURCES.map((source) => [rabbitmqVersion(source), source] as const))('what is peculiar to RabbitMQ %s', (_version, source) => {
  const missing = rabbitmqMissing(source);
  if (missing !== null) {
    test.skip(`not run: ${missing}`, () => undefined);
    return;
  }
  let server: RabbitmqServer;
  let bench: RabbitmqBench;
  beforeAll(async () => { server = await startRabbitmq(source); }, 60_000);
  afterAll(() => server.stop());
  beforeEach(() => { bench = createRabbitmqBench(server, source); });
  afterEach(() => bench.close());

  test('delays are right within a few percent, and none waits behind a longer one', async () => {
    const queue = await bench.open();
    await queue.publish(messageOf('warm'), { delayMs: 1 });
    await queue.publish(messageOf('day'), { delayMs: 24 * 3_600_000 });
    const late = new Map<string, number>();
    const due = new Map<string, number>();
    const consumer = queue.consume(places(10), async ({ id }) => {
      if (due.has(id)) late.set(id, performance.now() - due.get(id)!);
      return { action: 'ack' };
    });
    (await reserved(consumer))();
    const delays = [4_000, 2_000, 1_000, 500, 200, 50];
    await Promise.all(delays.map((delayMs) => {
      due.set(`${delayMs}`, performance.now() + delayMs);
      return queue.publish(messageOf(`${delayMs}`), { delayMs });
    }));
    while (late.size < delays.length) await turn();
    for (const delayMs of delays) {
      expect(late.get(`${delayMs}`)).toBeGreaterThan(-1);
      expect(late.get(`${delayMs}`)).toBeLessThan(delayMs * 0.03 + 500); // the latter for the disk of a busy machine, which each level waits for
    }
    expect(await queue.depth()).toEqual({ ready: 0, delayed: 1, running: 0 });
    await consumer.close();
  });

  test('a message for which a worker has no place goes to another one', async () => {
    const [full, other] = [await bench.open(), await bench.open()];
    const kept: string[] = [];
    const busy = full.consume(places(1, { smith: 1, clerk: 1 }), async ({ id }) => {
      kept.push(id);
      return { action: 'ack' };
    });
    (await reserved(busy, 'clerk'))();
    const giveBack = await reserved(busy);
    await full.publish(messageOf('a', { agent: 'clerk' }));
    while ((await full.depth()).ready === 0) await turn();
    const got = Promise.withResolvers<Delivery>();
    const free = other.consume(places(1, { clerk: 1 }), async (delivery) => {
      got.resolve(delivery);
      return { action: 'ack' };
    });
    expect(await got.promise).toMatchObject({ id: 'a', deliveries: 2 });
    await free.close();
    // The first worker asks for one at a time now, and is sent what comes again once none waits.
    await full.publish(messageOf('b', { agent: 'clerk' }));
    expect(busy.reserve('clerk')).toBeNull();
    giveBack();
    while (kept.length < 1) await turn();
    (await reserved(busy, 'clerk'))();
    await full.publish(messageOf('c', { agent: 'clerk' }));
    while (kept.length < 2) await turn();
    expect(kept).toEqual(['b', 'c']);
    await busy.close();
  });

  test('what waits here for a place is given back at the end, and what is under way is finished', async () => {
    const queue = await bench.open();
    const go = Promise.withResolvers<void>();
    const started: string[] = [];
    const consumer = queue.consume(places(1, { smith: 1, clerk: 1 }), async ({ id }) => {
      started.push(id);
      await go.promise;
      return { action: 'ack' };
    });
    await queue.publish(messageOf('a'));
    while (started.length < 1) await turn();
    await queue.publish(messageOf('b', { agent: 'clerk' }));
    const closed = consumer.close();
    await queue.publish(messageOf('c'));
    go.resolve();
    await closed;
    expect(started).toEqual(['a']);
    while ((await queue.depth()).ready < 2) await turn();
    expect(await queue.depth()).toEqual({ ready: 2, delayed: 0, running: 0 });
  });

  test('work that takes longer than the broker leaves a message out goes on without it, and is not lost with its process', async () => {
    const queue = await bench.open({ renewMs: 100 });
    const deliveries: number[] = [];
    const go = Promise.withResolvers<void>();
    const consumer = queue.consume(places(2), async (delivery) => {
      deliveries.push(delivery.deliveries);
      if (delivery.deliveries === 1) await go.promise;
      return { action: 'ack' };
    });
    await queue.publish(messageOf('a'));
    while (deliveries.length < 2) await turn();
    expect(deliveries).toEqual([1, 2]);
    go.resolve();
    await consumer.close();
    expect(await queue.depth()).toEqual({ ready: 0, delayed: 0, running: 0 });
  });

  test('what waits is not taken to be lost; what is older than what was delivered is', async () => {
    const queue = await bench.open();
    for (const id of ['a', 'b']) await queue.publish(messageOf(id));
    expect(await queue.lostBefore('smith')).toBeLessThan(0);
    const before = Date.now();
    const got = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const consumer = queue.consume(places(1), async () => {
      got.resolve();
      await go.promise;
      return { action: 'ack' };
    });
    await got.promise;
    const lostBefore = await queue.lostBefore('smith');
    expect(lostBefore).toBeGreaterThan(before - 90_000);
    expect(lostBefore).toBeLessThan(before);
    go.resolve();
    await consumer.close();
    expect(await queue.lostBefore('nobody')).toBeGreaterThanOrEqual(before);
  });

  test('a message that is retried at once keeps its place in the queue', async () => {
    const queue = await bench.open();
    for (const id of ['a', 'b']) await queue.publish(messageOf(id));
    const seen: [string, number][] = [];
    const consumer = queue.consume(places(1), async ({ id, deliveries }) => {
      seen.push([id, deliveries]);
      return deliveries === 1 && id === 'a' ? { action: 'retry', delayMs: 0 } : { action: 'ack' };
    });
    while (seen.length < 3) await turn();
    await consumer.close();
    expect(seen).toEqual([['a', 1], ['a', 2], ['b', 1]]);
  });

  test('names of agents may have any characters, and none gets the messages of another', async () => {
    const queue = await bench.open();
    const agents = ['a.b', 'b', '*', '#', 'ä/ö "x"', 'A%2E'];
    const seen: string[] = [];
    const consumer = queue.consume({ concurrency: 9, agents: new Map(agents.map((agent) => [agent, 2])) }, async ({ id, agent }) => {
      seen.push(`${id} ${agent}`);
      return { action: 'ack' };
    });
    await Promise.all(agents.flatMap((agent) => [queue.publish(messageOf('now', { agent })), queue.publish(messageOf('later', { agent }), { delayMs: 20 })]));
    // Each comes at least once.
    while (new Set(seen).size < agents.length * 2) await turn();
    await consumer.close();
    expect([...new Set(seen)].toSorted()).toEqual(agents.flatMap((agent) => [`now ${agent}`, `later ${agent}`]).toSorted());
  });
});
