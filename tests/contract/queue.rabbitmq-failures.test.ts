import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AiosError } from '../../agent-runtime/src/errors.ts';
import type { Delivery, Disposition, Queue } from '../../agent-runtime/src/stores/queue/queue.ts';
import { createRabbitmqQueue } from '../../agent-runtime/src/stores/queue/rabbitmq.ts';
import { RABBITMQ_SOURCES, rabbitmqMissing, rabbitmqVersion, startRabbitmq, type RabbitmqServer } from '../servers/start-rabbitmq.ts';
import { messageOf, places, reserved } from './queue-cases.ts';
import { createRabbitmqBench, type RabbitmqBench } from './rabbitmq-bench.ts';
import { startBlackHole } from './black-hole.ts';

const ack = async (): Promise<Disposition> => ({ action: 'ack' });
const turn = () => new Promise(setImmediate);

/** The error that `work` fails with, and how long that took. */
async function failure(work: () => Promise<unknown>): Promise<{ readonly error: AiosError; readonly ms: number }> {
  const start = performance.now();
  const error: unknown = await work().then(() => { throw new Error('it did not fail'); }, (thrown: unknown) => thrown);
  if (!(error instanceof AiosError)) throw error;
  return { error, ms: performance.now() - start };
}

describe.each(RABBITMQ_SOURCES.map((source) => [rabbitmqVersion(source), source] as const))('bad days of RabbitMQ %s', (_version, source) => {
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

  test('a broker that is killed and started again: what was confirmed arrives, consumers go on, publishers send again', async () => {
    const queue = await bench.open({ timeoutMs: 60_000 });
    const confirmed = new Set<string>();
    const seen = new Set<string>();
    const retried = new Set<string>();
    const consumer = queue.consume(places(20), async ({ id, deliveries }) => {
      if (deliveries === 1 && id.endsWith('7')) {
        retried.add(id);
        return { action: 'retry', delayMs: 20 };
      }
      seen.add(id);
      return { action: 'ack' };
    });
    await queue.publish(messageOf('first'), { delayMs: 10 });
    while (seen.size < 1) await turn();
    await server.keepQueues();
    let next = 0;
    const publishing = Promise.all(Array.from({ length: 20 }, async () => {
      while (next < 3_000) {
        const id = `${next += 1}`;
        await queue.publish(messageOf(id));
        confirmed.add(id);
      }
    }));
    for (const many of [500, 1_500]) {
      while (confirmed.size < many) await turn();
      await server.kill();
      await server.start();
    }
    await publishing;
    while (seen.size < 3_001) await turn();
    expect(confirmed.size).toBe(3_000);
    expect(retried.size).toBeGreaterThan(0);
    await consumer.close();
  }, 120_000);

  test('a broker that is away: publishing fails in bounded time, places can be reserved, and all goes on when it is back', async () => {
    const queue = await bench.open({ timeoutMs: 500 });
    const got = Promise.withResolvers<Delivery>();
    const consumer = queue.consume(places(1), async (delivery) => {
      got.resolve(delivery);
      return { action: 'ack' };
    });
    (await reserved(consumer))();
    await queue.publish(messageOf('before'));
    await got.promise;
    await server.keepQueues();
    await server.kill();
    const { error, ms } = await failure(() => queue.publish(messageOf('a')));
    expect(error).toMatchObject({ code: 'store_unavailable', kind: 'operational' });
    expect(error.message).toMatch(/ECONNREFUSED.*AIOS_RABBITMQ_URL/);
    expect(ms).toBeLessThan(2_000);
    for (const ask of [() => queue.ping(), () => queue.depth(), () => queue.lostBefore('smith')]) {
      expect((await failure(ask)).error.code).toBe('store_unavailable');
    }
    (await reserved(consumer))();
    await server.start();
    while (!await queue.ping().then(() => true, () => false)) await turn();
    await queue.publish(messageOf('after'));
    await consumer.close();
  }, 60_000);

  test('a queue that lost its leader is named, with what to do, and leaves the other agents alone', async () => {
    const queue = await bench.open({ timeoutMs: 500 });
    const ids: string[] = [];
    await queue.publish(messageOf('a', { agent: 'clerk' }));
    await server.keepQueues();
    await queue.publish(messageOf('lost'));
    await server.kill();
    await server.start();
    const consumer = queue.consume(places(2, { smith: 1, clerk: 1 }), async ({ id }) => {
      ids.push(id);
      return { action: 'ack' };
    });
    while (!ids.includes('a')) await turn();
    const name = `${bench.prefix}.v1.tasks.smith`;
    let trouble = '';
    while (!trouble.includes(name)) trouble = await queue.ping().then(() => '', ({ message }: Error) => message);
    expect(trouble).toMatch(/no leader.*quorum_status.*delete it/);
    await server.ctl('delete_queue', name);
    while (!await queue.publish(messageOf('b')).then(() => true, () => false)) await turn();
    while (!ids.includes('b')) await turn();
    await queue.ping();
    await consumer.close();
  }, 60_000);

  test('work that is to wait in a queue that does not answer comes back all the same, and holds up nothing else', async () => {
    const ids: string[] = [];
    const logged: string[] = [];
    const queue = await bench.open({ timeoutMs: 1_000, log: (_level, event, { reason }) => { logged.push(`${event}: ${String(reason)}`); } });
    while (!await queue.publish(messageOf('late'), { delayMs: 60_000 }).then(() => true, () => false)) await turn(); // it declares 27 queues
    const delay = `${bench.prefix}.v1.delay.00`;
    await server.ctl('eval', `sys:suspend(whereis('%2F_${delay}')).`);
    const consumer = queue.consume(places(1), async ({ id, deliveries }) => {
      ids.push(id);
      return id === 'retried' && deliveries < 3 ? { action: 'retry', delayMs: 10 } : { action: 'ack' };
    });
    await queue.publish(messageOf('retried'));
    while (ids.filter((id) => id === 'retried').length < 3) await turn();
    await queue.publish(messageOf('last'));
    while (!ids.includes('last')) await turn();
    expect(logged.find((line) => line.startsWith('queue-retry-not-written'))).toContain(delay);
    await consumer.close();
  }, 60_000);

  test('a queue that is closed while the broker is away does not hang', async () => {
    const queue = await bench.open({ timeoutMs: 500 });
    const started = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    queue.consume(places(1), async () => {
      started.resolve();
      await go.promise;
      return { action: 'retry', delayMs: 1_000 };
    });
    await queue.publish(messageOf('a'));
    await started.promise;
    await server.keepQueues();
    await server.kill();
    go.resolve();
    await queue.close();
    await server.start();
    const other = await bench.open();
    const again = Promise.withResolvers<Delivery>();
    other.consume(places(1), async (delivery) => {
      again.resolve(delivery);
      return { action: 'ack' };
    });
    expect(await again.promise).toMatchObject({ id: 'a' });
  }, 60_000);

  test('a connection that is black-holed is noticed in seconds', async () => {
    const hole = await startBlackHole(server.port);
    const queue = createRabbitmqQueue({ url: `amqp://guest:guest@127.0.0.1:${hole.port}`, prefix: bench.prefix, timeoutMs: 1_000, heartbeatSeconds: 1 });
    const ids: string[] = [];
    queue.consume(places(1), async ({ id }) => {
      ids.push(id);
      return { action: 'ack' };
    });
    await queue.publish(messageOf('a'));
    while (ids.length < 1) await turn();
    hole.open();
    const { error, ms } = await failure(() => queue.publish(messageOf('b')));
    expect(error).toMatchObject({ code: 'store_unavailable' });
    expect(ms).toBeLessThan(3_000);
    // New connections are let through: what hung has to be given up by itself.
    hole.letNewOnesThrough();
    const start = performance.now();
    const direct = await bench.open();
    await direct.publish(messageOf('c'));
    while (!ids.includes('c')) await turn();
    expect(performance.now() - start).toBeLessThan(10_000);
    await queue.close();
    await hole.close();
  }, 60_000);

  test('a broker that is out of memory takes no messages and says so in bounded time; consuming goes on', async () => {
    const queue = await bench.open({ timeoutMs: 1_000 });
    for (const id of ['a', 'b']) await queue.publish(messageOf(id));
    const ids: string[] = [];
    await server.ctl('set_vm_memory_high_watermark', '0.000001');
    const first = await failure(() => queue.publish(messageOf('c')));
    const second = await failure(() => queue.publish(messageOf('d')));
    for (const { error, ms } of [first, second]) {
      expect(error).toMatchObject({ code: 'store_unavailable', kind: 'operational' });
      expect(error.message).toMatch(/takes no messages for now \(.*memory/);
      expect(ms).toBeLessThan(2_500);
    }
    await expect(queue.ping()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await queue.depth()).toMatchObject({ delayed: 0, running: 0 });
    const consumer = queue.consume(places(2), async ({ id }) => {
      ids.push(id);
      return { action: 'ack' };
    });
    while (ids.length < 2) await turn();
    await server.ctl('set_vm_memory_high_watermark', '0.6');
    await queue.publish(messageOf('e'));
    while (!ids.includes('e')) await turn();
    await consumer.close();
  }, 60_000);

  test('a full queue refuses, tells whoever asks before, and takes again once there is room', async () => {
    const queue = await bench.open({ maxLength: 5 });
    queue.admit(['smith']);
    const { error } = await failure(async () => {
      for (let count = 0; count < 20; count += 1) await queue.publish(messageOf(`${count}`));
    });
    expect(error).toMatchObject({ code: 'queue_full', kind: 'operational', status: 429 });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.message).toContain(`${bench.prefix}.v1.tasks.smith`);
    expect((await failure(async () => queue.admit(['clerk', 'smith']))).error).toMatchObject({ code: 'queue_full', status: 429 });
    queue.admit(['clerk']);
    const consumer = queue.consume(places(5), ack);
    while ((await queue.depth()).ready > 0) await turn();
    while (!await queue.publish(messageOf('again')).then(() => true, () => false)) await turn();
    queue.admit(['smith']);
    await consumer.close();
  });

  test('a queue that somebody else declared is named, with what to do, and leaves the other agents alone', async () => {
    const name = `${bench.prefix}.v1.tasks.smith`;
    await bench.broker((channel) => channel.assertQueue(name, { durable: true }));
    const queue = await bench.open();
    const { error } = await failure(() => queue.publish(messageOf('a')));
    expect(error).toMatchObject({ code: 'store_unavailable' });
    expect(error.message).toMatch(new RegExp(`${name}.*AIOS_RABBITMQ_PREFIX.*rabbitmqctl delete_queue`));
    const ids: string[] = [];
    const consumer = queue.consume(places(2, { smith: 1, clerk: 1 }), async ({ id }) => {
      ids.push(id);
      return { action: 'ack' };
    });
    await queue.publish(messageOf('b', { agent: 'clerk' }));
    while (ids.length < 1) await turn();
    expect((await failure(() => queue.ping())).error.message).toContain(name);
    await bench.broker((channel) => channel.deleteQueue(name));
    await queue.publish(messageOf('c'));
    while (ids.length < 2) await turn();
    expect(ids).toEqual(['b', 'c']);
    await queue.ping();
    await consumer.close();
  });

  test('a queue that is deleted under us is declared again', async () => {
    const queue = await bench.open();
    const ids: string[] = [];
    const consumer = queue.consume(places(1), async ({ id }) => {
      ids.push(id);
      return { action: 'ack' };
    });
    await queue.publish(messageOf('a'));
    while (ids.length < 1) await turn();
    await bench.broker((channel) => channel.deleteQueue(`${bench.prefix}.v1.tasks.smith`));
    await queue.publish(messageOf('b'));
    while (ids.length < 2) await turn();
    await consumer.close();
  });

  test('a message that is not ours is put aside with its reason, and what follows is delivered', async () => {
    const logged: unknown[] = [];
    const queue = await bench.open({ log: (_level, event, fields) => logged.push({ event, ...fields }) });
    await queue.publish(messageOf('a'));
    const name = `${bench.prefix}.v1.tasks.smith`;
    const strange = ['{ broken', 'null', '[]', '{"form":2}', '{"form":1,"id":""}', '{"form":1,"id":"x","agent":"clerk"}', '{"form":1,"id":"x","agent":"smith"}'];
    await bench.broker(async (channel) => {
      for (const text of strange) channel.sendToQueue(name, Buffer.from(text), { messageId: text });
      channel.sendToQueue(name, Buffer.from([0xff, 0, 1]), { headers: { 'x-strange': { deep: true } }, priority: 255 });
    });
    const ids: string[] = [];
    const consumer = queue.consume(places(2), async ({ id }) => {
      ids.push(id);
      return { action: 'ack' };
    });
    await queue.publish(messageOf('b'));
    while (ids.length < 2) await turn();
    while ((await queue.depth()).ready > 0) await turn();
    await consumer.close();
    expect(ids).toEqual(['a', 'b']);
    const reasons: string[] = [];
    await bench.broker(async (channel) => {
      while (reasons.length < strange.length + 1) {
        const message = await channel.get(`${bench.prefix}.v1.parked`, { noAck: true });
        if (message) reasons.push(String(message.properties.headers?.['aios-reason']));
        if (message) expect(message.properties.headers).toMatchObject({ 'aios-queue': name });
      }
    });
    expect(reasons.toSorted()).toEqual([
      'a number is missing or wrong', 'it has no id', 'it is for another agent than its queue', 'it is not JSON', 'it is not JSON',
      'it is not a JSON object', 'its form is not 1', 'its form is not 1',
    ]);
    expect(logged).toContainEqual(expect.objectContaining({ event: 'queue-foreign-message', queue: name, reason: 'it is not JSON', bytes: 3 }));
  });

  test('a message whose consumers keep dying is parked by the broker', async () => {
    const queue = await bench.open({ deliveryLimit: 1 });
    await queue.publish(messageOf('a'));
    await bench.takeAndDie({ deliveryLimit: 1 });
    await bench.takeAndDie({ deliveryLimit: 1 });
    await bench.broker(async (channel) => {
      for (;;) {
        const message = await channel.get(`${bench.prefix}.v1.parked`, { noAck: true });
        if (!message) continue;
        expect(message.properties.headers?.['x-death']).toMatchObject([{ reason: 'delivery_limit' }]);
        return;
      }
    });
    expect(await queue.depth()).toMatchObject({ ready: 0 });
  });

  describe('a wrong setting is named and shows no secret', () => {
    const secret = 'pa55-w0rd';
    const errorOf = async (url: string) => {
      const queue = createRabbitmqQueue({ url, prefix: bench.prefix, timeoutMs: 500 });
      const { error, ms } = await failure(() => queue.ping());
      await queue.close();
      expect(error).toMatchObject({ code: 'store_unavailable', kind: 'operational' });
      expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain(secret);
      expect(ms).toBeLessThan(3_000);
      return error.message;
    };

    test('a password', async () => {
      expect(await errorOf(`amqp://guest:${secret}@127.0.0.1:${server.port}`)).toMatch(/refuses the name or the password.*AIOS_RABBITMQ_URL/);
    });
    test('a virtual host', async () => {
      expect(await errorOf(`amqp://guest:guest@127.0.0.1:${server.port}/nowhere`)).toMatch(/no virtual host "nowhere".*AIOS_RABBITMQ_URL/);
    });
    test('a port where nothing listens', async () => {
      expect(await errorOf(`amqp://guest:${secret}@127.0.0.1:1`)).toMatch(/127\.0\.0\.1:1 can't be used: connect ECONNREFUSED.*AIOS_RABBITMQ_URL/);
    });
    test('a host that is not known', async () => {
      expect(await errorOf(`amqp://guest:${secret}@nowhere.invalid`)).toMatch(/nowhere\.invalid.*AIOS_RABBITMQ_URL/);
    });
    test('a server that is not RabbitMQ, and one that says nothing', async () => {
      const other = createServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
      const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
      await Promise.all([once(other, 'listening'), once(silent, 'listening')]);
      const [first, second] = [other, silent].map((each) => (each.address() as { port: number }).port);
      expect(await errorOf(`amqp://guest:${secret}@127.0.0.1:${first}`)).toMatch(/AIOS_RABBITMQ_URL/);
      expect(await errorOf(`amqp://guest:${secret}@127.0.0.1:${second}`)).toMatch(/AIOS_RABBITMQ_URL/);
      other.close();
      silent.close();
    });
    test('TLS where there is none', async () => {
      expect(await errorOf(`amqps://guest:${secret}@127.0.0.1:${server.port}`)).toMatch(/AIOS_RABBITMQ_URL/);
    });
    test('a user without permissions', async () => {
      await server.ctl('add_user', 'weak', secret);
      await server.ctl('set_permissions', 'weak', '^other', '^other', '^other');
      const queue = createRabbitmqQueue({ url: `amqp://weak:${secret}@127.0.0.1:${server.port}`, prefix: bench.prefix, timeoutMs: 2_000 });
      const { error } = await failure(() => queue.publish(messageOf('a')));
      await queue.close();
      expect(error.message).toMatch(/AIOS_RABBITMQ_URL.*set_permissions/);
      expect(error.message).not.toContain(secret);
    });
    test('no URL at all', () => {
      for (const url of ['', 'localhost:5672', `http://guest:${secret}@host`, `amqp://guest:${secret}@`]) {
        expect(() => createRabbitmqQueue({ url })).toThrow(/^AIOS_RABBITMQ_URL is not a URL of RabbitMQ/);
      }
    });
  });

  test('a user with rights to our names alone is enough', async () => {
    await server.ctl('add_user', bench.prefix, 'secret');
    await server.ctl('set_permissions', bench.prefix, ...Array.from({ length: 3 }, () => `^${bench.prefix}\\.`));
    const queue: Queue = createRabbitmqQueue({ url: `amqp://${bench.prefix}:secret@127.0.0.1:${server.port}`, prefix: bench.prefix });
    const got = Promise.withResolvers<Delivery>();
    queue.consume(places(1), async (delivery) => {
      if (delivery.deliveries === 1) return { action: 'retry', delayMs: 10 };
      got.resolve(delivery);
      return { action: 'ack' };
    });
    await queue.publish(messageOf('a'));
    expect(await got.promise).toMatchObject({ id: 'a', deliveries: 2 });
    await queue.close();
  });
});
