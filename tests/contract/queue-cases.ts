import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ConsumeOptions, Consumer, Delivery, Disposition, Queue, QueueMessage } from '../../agent-runtime/src/stores/queue/queue.ts';

const AGENT = 'smith';

export const messageOf = (id: string, change: Partial<QueueMessage> = {}): QueueMessage => ({ id, agent: AGENT, priority: 0, ...change });

/** Of one agent, or of each of some. */
export const places = (concurrency: number, agents: Readonly<Record<string, number>> = { [AGENT]: concurrency }): ConsumeOptions =>
  ({ concurrency, agents: new Map(Object.entries(agents)) });

/** Once the consumer has seen that no message waits. */
export async function reserved(consumer: Consumer, agent = AGENT): Promise<() => void> {
  for (;;) {
    const giveBack = consumer.reserve(agent);
    if (giveBack) return giveBack;
    await new Promise(setImmediate);
  }
}

/** Makes queues on one place, as several processes would, and takes it down. */
export interface QueueBench {
  /** How long a driver may take to notice that a consumer is gone. */
  readonly leaseMs: number;
  readonly honoursPriority: boolean;
  open(): Promise<Queue>;
  /** Another process takes the next message and is killed while it has it. */
  takeAndDie(): Promise<void>;
  close(): Promise<void>;
}

/** What every queue driver must do. */
export function describeQueue(name: string, createBench: () => Promise<QueueBench>): void {
  describe(name, () => {
    let bench: QueueBench;
    let queue: Queue;
    beforeEach(async () => {
      bench = await createBench();
      queue = await bench.open();
    });
    afterEach(() => bench.close());

    /** Consumes until `count` deliveries came, and answers with them. */
    async function collect(from: Queue, count: number, dispose: (delivery: Delivery) => Disposition = () => ({ action: 'ack' }), concurrency = 1) {
      const deliveries: Delivery[] = [];
      const all = Promise.withResolvers<void>();
      const consumer = from.consume(places(concurrency), async (delivery) => {
        deliveries.push(delivery);
        if (deliveries.length === count) all.resolve();
        return dispose(delivery);
      });
      await all.promise;
      await consumer.close();
      return deliveries;
    }

    test('delivers what was published, in order, once', async () => {
      for (const id of ['a', 'b', 'c']) await queue.publish(messageOf(id));
      expect((await collect(queue, 3)).map(({ id, deliveries }) => [id, deliveries])).toEqual([['a', 1], ['b', 1], ['c', 1]]);
      expect(await queue.depth()).toEqual({ ready: 0, delayed: 0, running: 0 });
    });

    test('wakes a consumer that waits', async () => {
      const delivered = collect(queue, 1);
      await queue.publish(messageOf('a'));
      expect(await delivered).toMatchObject([{ id: 'a' }]);
    });

    test('wakes a consumer in another process', async () => {
      const delivered = collect(await bench.open(), 1);
      await queue.publish(messageOf('a'));
      expect(await delivered).toMatchObject([{ id: 'a' }]);
    });

    test('delivers a higher priority first, where the server honours priorities, and by age elsewhere', async () => {
      await Promise.all([messageOf('low'), messageOf('high', { priority: 9 })].map((message) => queue.publish(message)));
      expect((await collect(queue, 2)).map(({ id }) => id)).toEqual(bench.honoursPriority ? ['high', 'low'] : ['low', 'high']);
    });

    test('delivers an id again that was published while it was under way', async () => {
      await queue.publish(messageOf('a'));
      let published = false;
      const deliveries: Delivery[] = [];
      const twice = Promise.withResolvers<void>();
      const consumer = queue.consume(places(1), async (delivery) => {
        deliveries.push(delivery);
        if (!published) await queue.publish(messageOf('a'));
        published = true;
        if (deliveries.length === 2) twice.resolve();
        return { action: 'ack' };
      });
      await twice.promise;
      await consumer.close();
      expect(await queue.depth()).toEqual({ ready: 0, delayed: 0, running: 0 });
    });

    test('holds a delayed message back', async () => {
      await queue.publish(messageOf('later', { priority: 9 }), { delayMs: 500 });
      await queue.publish(messageOf('now'));
      expect(await queue.depth()).toMatchObject({ ready: 1, delayed: 1 });
      expect((await collect(queue, 2)).map(({ id }) => id)).toEqual(['now', 'later']);
    });

    test('delivers a retried message again, counting', async () => {
      await queue.publish(messageOf('a'));
      const deliveries = await collect(queue, 3, (delivery) => (delivery.deliveries < 3 ? { action: 'retry', delayMs: 1 } : { action: 'ack' }));
      expect(deliveries.map((delivery) => delivery.deliveries)).toEqual([1, 2, 3]);
    });

    test('hands a message to one consumer at a time', async () => {
      const ids = Array.from({ length: 50 }, (_, index) => `${index}`);
      const other = await bench.open();
      await Promise.all(ids.map((id) => queue.publish(messageOf(id))));
      const seen: string[] = [];
      const all = Promise.withResolvers<void>();
      const handler = async ({ id }: Delivery): Promise<Disposition> => {
        seen.push(id);
        await new Promise(setImmediate);
        if (seen.length === ids.length) all.resolve();
        return { action: 'ack' };
      };
      const consumers = [queue, other].map((one) => one.consume(places(3), handler));
      await all.promise;
      await Promise.all(consumers.map((consumer) => consumer.close()));
      expect(seen.toSorted()).toEqual(ids.toSorted());
    });

    test('keeps to the concurrency', async () => {
      for (const id of ['a', 'b', 'c', 'd']) await queue.publish(messageOf(id));
      let running = 0;
      let most = 0;
      let done = 0;
      const all = Promise.withResolvers<void>();
      const consumer = queue.consume(places(2), async () => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running -= 1;
        if (++done === 4) all.resolve();
        return { action: 'ack' };
      });
      await all.promise;
      await consumer.close();
      expect(most).toBe(2);
    });

    test('a closed consumer has disposed of what it had, and takes no more', async () => {
      await queue.publish(messageOf('a'));
      const started = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      const consumer = queue.consume(places(1), async () => {
        started.resolve();
        await go.promise;
        return { action: 'ack' };
      });
      await started.promise;
      const closed = consumer.close();
      await queue.publish(messageOf('b'));
      go.resolve();
      await closed;
      expect(await queue.depth()).toEqual({ ready: 1, delayed: 0, running: 0 });
    });

    test('a reserved place is not used for messages until it is given back', async () => {
      const delivered = Promise.withResolvers<Delivery>();
      const consumer = queue.consume(places(1), async (delivery) => {
        delivered.resolve(delivery);
        return { action: 'ack' };
      });
      const giveBack = await reserved(consumer);
      expect(consumer.reserve(AGENT)).toBeNull();
      await queue.publish(messageOf('a'));
      expect(await queue.depth()).toEqual({ ready: 1, delayed: 0, running: 0 });
      giveBack();
      expect(await delivered.promise).toMatchObject({ id: 'a' });
      await consumer.close();
    });

    test('a consumer that closes waits for reserved places and gives no more', async () => {
      const consumer = queue.consume(places(2), async () => ({ action: 'ack' }));
      const giveBack = await reserved(consumer);
      let closed = false;
      const closing = consumer.close().then(() => { closed = true; });
      expect(consumer.reserve(AGENT)).toBeNull();
      await queue.depth();
      expect(closed).toBe(false);
      giveBack();
      await closing;
    });

    test('a message whose consumer died comes back', async () => {
      await queue.publish(messageOf('a'));
      await bench.takeAndDie();
      expect(await collect(queue, 1)).toEqual([{ ...messageOf('a'), deliveries: 2 }]);
    });

    test('a message is kept while its consumer lives, however long it takes', async () => {
      await queue.publish(messageOf('a'));
      const other = await bench.open();
      const go = Promise.withResolvers<void>();
      const mine = queue.consume(places(1), async () => {
        await go.promise;
        return { action: 'ack' };
      });
      const stolen: Delivery[] = [];
      while ((await queue.depth()).running === 0) await new Promise(setImmediate);
      const thief = other.consume(places(1), async (delivery) => {
        stolen.push(delivery);
        return { action: 'ack' };
      });
      const until = performance.now() + 2 * bench.leaseMs;
      while (performance.now() < until) await other.publish(messageOf(`other ${performance.now()}`));
      go.resolve();
      await Promise.all([mine.close(), thief.close()]);
      expect(stolen.filter(({ id }) => id === 'a')).toEqual([]);
    });

    test('an agent that is busy does not hold up another, and each keeps to its own places', async () => {
      const open = Promise.withResolvers<void>();
      const started: string[] = [];
      const clerk = Promise.withResolvers<void>();
      const consumer = queue.consume(places(3, { smith: 2, clerk: 2 }), async ({ agent }) => {
        started.push(agent);
        if (agent === 'clerk') clerk.resolve();
        await open.promise;
        return { action: 'ack' };
      });
      for (const id of ['a', 'b', 'c', 'd']) await queue.publish(messageOf(id));
      await queue.publish(messageOf('e', { agent: 'clerk' }));
      await clerk.promise;
      expect(started.filter((agent) => agent === 'smith').length).toBeLessThanOrEqual(2);
      open.resolve();
      while (started.length < 5) await new Promise(setImmediate);
      await consumer.close();
    });

    test('agents have their turns where they share a place', async () => {
      const agents: string[] = [];
      let running = 0;
      let most = 0;
      const consumer = queue.consume(places(1, { smith: 1, clerk: 1 }), async ({ agent }) => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        agents.push(agent);
        running -= 1;
        return { action: 'ack' };
      });
      (await reserved(consumer, 'clerk'))();
      const giveBack = await reserved(consumer);
      for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await queue.publish(messageOf(id));
      await queue.publish(messageOf('g', { agent: 'clerk' }));
      giveBack();
      while (agents.length < 7) await new Promise(setImmediate);
      await consumer.close();
      expect(agents.indexOf('clerk')).toBeLessThan(4);
      expect(most).toBe(1);
    });

    test('a consumer takes only the messages of its agents', async () => {
      await queue.publish(messageOf('a', { agent: 'clerk' }));
      await queue.publish(messageOf('b'));
      expect(await collect(queue, 1)).toMatchObject([{ id: 'b', agent: 'smith' }]);
      expect(await queue.depth()).toEqual({ ready: 1, delayed: 0, running: 0 });
    });

    test('an agent without a place reserves none', async () => {
      const consumer = queue.consume(places(2, { smith: 1, clerk: 1 }), async () => ({ action: 'ack' }));
      const giveBack = await reserved(consumer);
      expect(consumer.reserve('smith')).toBeNull();
      expect(consumer.reserve('nobody')).toBeNull();
      (await reserved(consumer, 'clerk'))();
      giveBack();
      await consumer.close();
    });

    test('what has no message any more may be published again', async () => {
      const before = Date.now();
      await queue.publish(messageOf('a'));
      await collect(queue, 1);
      while (await queue.lostBefore(AGENT) <= before) await new Promise(setImmediate);
      queue.admit([AGENT]);
    });

    test('a closed queue says so', async () => {
      await queue.ping();
      await queue.close();
      await expect(queue.ping()).rejects.toMatchObject({ code: 'store_unavailable' });
      await expect(queue.publish(messageOf('a'))).rejects.toMatchObject({ code: 'store_unavailable' });
    });
  });
}
