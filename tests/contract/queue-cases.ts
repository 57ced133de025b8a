import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Consumer, Delivery, Disposition, Queue } from '../../agent-runtime/src/stores/queue/queue.ts';

/** Makes queues on one place, as several processes would, and takes it down. Leases last `leaseMs`. */
export interface QueueBench {
  readonly leaseMs: number;
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
      const consumer = from.consume({ concurrency }, async (delivery) => {
        deliveries.push(delivery);
        if (deliveries.length === count) all.resolve();
        return dispose(delivery);
      });
      await all.promise;
      await consumer.close();
      return deliveries;
    }

    test('delivers what was published, in order, once', async () => {
      for (const id of ['a', 'b', 'c']) await queue.publish({ id, priority: 0 });
      expect((await collect(queue, 3)).map(({ id, deliveries }) => [id, deliveries])).toEqual([['a', 1], ['b', 1], ['c', 1]]);
      expect(await queue.depth()).toEqual({ ready: 0, delayed: 0, running: 0 });
    });

    test('wakes a consumer that waits', async () => {
      const delivered = collect(queue, 1);
      await queue.publish({ id: 'a', priority: 0 });
      expect(await delivered).toMatchObject([{ id: 'a' }]);
    });

    test('wakes a consumer in another process', async () => {
      const delivered = collect(await bench.open(), 1);
      await queue.publish({ id: 'a', priority: 0 });
      expect(await delivered).toMatchObject([{ id: 'a' }]);
    });

    test('delivers a higher priority first', async () => {
      await Promise.all([{ id: 'low', priority: 0 }, { id: 'high', priority: 9 }].map((message) => queue.publish(message)));
      expect((await collect(queue, 2)).map(({ id }) => id)).toEqual(['high', 'low']);
    });

    test('keeps one message of an id', async () => {
      await queue.publish({ id: 'a', priority: 0 });
      await queue.publish({ id: 'a', priority: 0 });
      expect(await queue.depth()).toMatchObject({ ready: 1 });
    });

    test('delivers an id again that was published while it was under way', async () => {
      await queue.publish({ id: 'a', priority: 0 });
      let published = false;
      const deliveries: Delivery[] = [];
      const twice = Promise.withResolvers<void>();
      const consumer = queue.consume({ concurrency: 1 }, async (delivery) => {
        deliveries.push(delivery);
        if (!published) await queue.publish({ id: 'a', priority: 0 });
        published = true;
        if (deliveries.length === 2) twice.resolve();
        return { action: 'ack' };
      });
      await twice.promise;
      await consumer.close();
      expect(await queue.depth()).toEqual({ ready: 0, delayed: 0, running: 0 });
    });

    test('holds a delayed message back', async () => {
      await queue.publish({ id: 'later', priority: 9 }, { delayMs: 60 });
      await queue.publish({ id: 'now', priority: 0 });
      expect(await queue.depth()).toMatchObject({ ready: 1, delayed: 1 });
      expect((await collect(queue, 2)).map(({ id }) => id)).toEqual(['now', 'later']);
    });

    test('brings a message that waits forward when it is published again, and never puts it off', async () => {
      await queue.publish({ id: 'a', priority: 0 }, { delayMs: 600_000 });
      await queue.publish({ id: 'a', priority: 0 });
      await queue.publish({ id: 'a', priority: 0 }, { delayMs: 600_000 });
      expect(await queue.depth()).toEqual({ ready: 1, delayed: 0, running: 0 });
      expect(await collect(queue, 1)).toEqual([{ id: 'a', priority: 0, deliveries: 1 }]);
    });

    test('delivers an id at once that was published while it was under way, however late its consumer wants it', async () => {
      await queue.publish({ id: 'a', priority: 0 });
      const twice = Promise.withResolvers<void>();
      const consumer = queue.consume({ concurrency: 1 }, async ({ deliveries }) => {
        if (deliveries === 2) {
          twice.resolve();
          return { action: 'ack' };
        }
        await queue.publish({ id: 'a', priority: 0 });
        return { action: 'retry', delayMs: 600_000 };
      });
      await twice.promise;
      await consumer.close();
      expect(await queue.depth()).toEqual({ ready: 0, delayed: 0, running: 0 });
    });

    test('delivers a retried message again, counting', async () => {
      await queue.publish({ id: 'a', priority: 0 });
      const deliveries = await collect(queue, 3, (delivery) => (delivery.deliveries < 3 ? { action: 'retry', delayMs: 1 } : { action: 'ack' }));
      expect(deliveries.map((delivery) => delivery.deliveries)).toEqual([1, 2, 3]);
    });

    test('hands a message to one consumer at a time', async () => {
      const ids = Array.from({ length: 50 }, (_, index) => `${index}`);
      const other = await bench.open();
      await Promise.all(ids.map((id) => queue.publish({ id, priority: 0 })));
      const seen: string[] = [];
      const all = Promise.withResolvers<void>();
      const handler = async ({ id }: Delivery): Promise<Disposition> => {
        seen.push(id);
        await new Promise(setImmediate);
        if (seen.length === ids.length) all.resolve();
        return { action: 'ack' };
      };
      const consumers = [queue, other].map((one) => one.consume({ concurrency: 3 }, handler));
      await all.promise;
      await Promise.all(consumers.map((consumer) => consumer.close()));
      expect(seen.toSorted()).toEqual(ids.toSorted());
    });

    test('keeps to the concurrency', async () => {
      for (const id of ['a', 'b', 'c', 'd']) await queue.publish({ id, priority: 0 });
      let running = 0;
      let most = 0;
      let done = 0;
      const all = Promise.withResolvers<void>();
      const consumer = queue.consume({ concurrency: 2 }, async () => {
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
      await queue.publish({ id: 'a', priority: 0 });
      const started = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      const consumer = queue.consume({ concurrency: 1 }, async () => {
        started.resolve();
        await go.promise;
        return { action: 'ack' };
      });
      await started.promise;
      const closed = consumer.close();
      await queue.publish({ id: 'b', priority: 0 });
      go.resolve();
      await closed;
      expect(await queue.depth()).toEqual({ ready: 1, delayed: 0, running: 0 });
    });

    /** Once the consumer has seen that no message waits. */
    async function reserved(consumer: Consumer): Promise<() => void> {
      for (;;) {
        const giveBack = consumer.reserve();
        if (giveBack) return giveBack;
        await new Promise(setImmediate);
      }
    }

    test('a reserved place is not used for messages until it is given back', async () => {
      const delivered = Promise.withResolvers<Delivery>();
      const consumer = queue.consume({ concurrency: 1 }, async (delivery) => {
        delivered.resolve(delivery);
        return { action: 'ack' };
      });
      const giveBack = await reserved(consumer);
      expect(consumer.reserve()).toBeNull();
      await queue.publish({ id: 'a', priority: 0 });
      expect(await queue.depth()).toEqual({ ready: 1, delayed: 0, running: 0 });
      giveBack();
      expect(await delivered.promise).toMatchObject({ id: 'a' });
      await consumer.close();
    });

    test('messages that wait go before whoever wants to reserve a place', async () => {
      const ids: string[] = [];
      const all = Promise.withResolvers<void>();
      const consumer = queue.consume({ concurrency: 1 }, async ({ id }) => {
        ids.push(id);
        if (ids.length === 2) all.resolve();
        return { action: 'ack' };
      });
      const giveBack = await reserved(consumer);
      await Promise.all(['a', 'b'].map((id) => queue.publish({ id, priority: 0 })));
      giveBack();
      expect(consumer.reserve()).toBeNull();
      await all.promise;
      (await reserved(consumer))();
      expect(ids).toEqual(['a', 'b']);
      await consumer.close();
    });

    test('a consumer that closes waits for reserved places and gives no more', async () => {
      const consumer = queue.consume({ concurrency: 2 }, async () => ({ action: 'ack' }));
      const giveBack = await reserved(consumer);
      let closed = false;
      const closing = consumer.close().then(() => { closed = true; });
      expect(consumer.reserve()).toBeNull();
      await queue.depth();
      expect(closed).toBe(false);
      giveBack();
      await closing;
    });

    test('a message whose consumer died comes back', async () => {
      await queue.publish({ id: 'a', priority: 0 });
      await bench.takeAndDie();
      expect(await queue.depth()).toMatchObject({ ready: 0, running: 1 });
      expect(await collect(queue, 1)).toEqual([{ id: 'a', priority: 0, deliveries: 2 }]);
    });

    test('a message is kept while its consumer lives, however long it takes', async () => {
      await queue.publish({ id: 'a', priority: 0 });
      const other = await bench.open();
      const go = Promise.withResolvers<void>();
      const mine = queue.consume({ concurrency: 1 }, async () => {
        await go.promise;
        return { action: 'ack' };
      });
      const stolen: Delivery[] = [];
      while ((await queue.depth()).running === 0) await new Promise(setImmediate);
      const thief = other.consume({ concurrency: 1 }, async (delivery) => {
        stolen.push(delivery);
        return { action: 'ack' };
      });
      const until = performance.now() + 2 * bench.leaseMs;
      while (performance.now() < until) await other.publish({ id: `other ${performance.now()}`, priority: 0 });
      go.resolve();
      await Promise.all([mine.close(), thief.close()]);
      expect(stolen.filter(({ id }) => id === 'a')).toEqual([]);
    });

    test('a closed queue says so', async () => {
      await queue.ping();
      await queue.close();
      await expect(queue.ping()).rejects.toMatchObject({ code: 'store_unavailable' });
      await expect(queue.publish({ id: 'a', priority: 0 })).rejects.toMatchObject({ code: 'store_unavailable' });
    });
  });
}
