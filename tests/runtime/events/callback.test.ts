import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createWorkshop, requestOf, testClock, type Workshop } from '../tasks/workshop.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const answer = (status: number, body = ''): Answer => (_request, response) => void response.writeHead(status).end(body);
const running = answer(409, JSON.stringify({ code: 409, message: 'The execution "7" is running already.' }));

let workshop: Workshop;
let answers: Answer[];
let received: { path: string | undefined; body: { batchId: string; tasks: { index: number }[] } }[];
let origin: string;
let stop: () => Promise<void>;

beforeEach(async () => {
  workshop = await createWorkshop();
  received = [];
  answers = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ path: request.url, body: JSON.parse(Buffer.concat(chunks).toString()) });
    (answers.shift() ?? answer(200, '{"accepted":true}'))(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  workshop.callbackOrigins.push(origin);
  stop = () => new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
});
afterEach(async () => {
  await workshop.close();
  await stop();
});

async function submit(words: readonly string[] = ['a']) {
  return (await workshop.tasks.submit(requestOf(words, { callbackUrl: `${origin}/webhook-waiting/7/node?signature=s3cret` }), { tenant: 't' })).batch.id;
}

/** The batch once its callback has this status. */
async function callbackIs(status: string, batchId: string) {
  for (;;) {
    const batch = await workshop.tasks.batch(batchId);
    if (batch.callback.status === status) return batch.callback;
    await new Promise(setImmediate);
  }
}

test('one callback a batch, when all of its tasks have ended, in their order', async () => {
  const id = await submit(['a', 'b', 'c']);
  expect((await workshop.tasks.batch(id)).callback.status).toBe('waiting');
  await workshop.worker();
  await callbackIs('delivered', id);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    path: '/webhook-waiting/7/node?signature=s3cret',
    body: { batchId: id, tasks: ['a', 'b', 'c'].map((said, index) => ({ index, status: 'succeeded', result: { said }, error: null })) },
  });
});

test('n8n that has not stored its wait yet is asked again at once', async () => {
  answers = [running, running, running];
  await workshop.worker();
  expect(await callbackIs('delivered', await submit())).toEqual({ status: 'delivered', attempts: 4, lastError: null });
  expect(received).toHaveLength(4);
});

test('an execution that has finished needs no callback', async () => {
  answers = [answer(409, JSON.stringify({ message: 'The execution "7 has finished already.' }))];
  await workshop.worker();
  expect(await callbackIs('delivered', await submit())).toMatchObject({ attempts: 1 });
});

test('a refusal is final and stays visible, without the token of the address', async () => {
  answers = [answer(404, JSON.stringify({ code: 404, message: 'The execution "7" does not exist.' }))];
  await workshop.worker();
  const callback = await callbackIs('failed', await submit());
  expect(callback).toMatchObject({ attempts: 1, lastError: expect.stringContaining('does not exist') });
  expect(await workshop.tasks.statistics()).toMatchObject({ callbacksFailed: 1, callbacksPending: 0 });
  expect(JSON.stringify([callback, workshop.logs])).not.toContain('s3cret');
});

test('an answer that repeats the address does not bring its token into the open', async () => {
  answers = [(request, response) => void response.writeHead(404).end(`No webhook at ${request.url}.`)];
  await workshop.worker();
  const callback = await callbackIs('failed', await submit());
  expect(callback.lastError).toBe('HTTP 404: No webhook at [callback address].');
  expect(JSON.stringify([callback, workshop.logs])).not.toMatch(/s3cret|webhook-waiting/);
});

test('an address with a user is refused', async () => {
  const callbackUrl = `${origin.replace('//', '//user:pass@')}/x`;
  await expect(workshop.tasks.submit(requestOf(['a'], { callbackUrl }), { tenant: 't' })).rejects.toMatchObject({
    code: 'invalid_request', issues: [{ path: 'callbackUrl' }], message: expect.not.stringContaining('pass@') });
});

test('an address that cannot be called fails for good', async () => {
  workshop.callbackOrigins.push('http://127.0.0.1:6000');
  await workshop.worker();
  const { batch } = await workshop.tasks.submit(requestOf(['a'], { callbackUrl: 'http://127.0.0.1:6000/x?token=s3cret' }), { tenant: 't' });
  expect(await callbackIs('failed', batch.id)).toMatchObject({ attempts: 1, lastError: expect.stringMatching(/^The callback address at http:\/\/127\.0\.0\.1:6000 cannot/) });
});

test('a receiver that took it and never ends its answer has it', async () => {
  answers = [(_request, response) => void response.writeHead(200).write('{"accepted":')];
  await workshop.worker();
  expect(await callbackIs('delivered', await submit())).toMatchObject({ attempts: 1 });
});

test('a conflict whose reason never comes is asked again', async () => {
  answers = [(_request, response) => void response.writeHead(409).write(' ')];
  await workshop.worker();
  expect(await callbackIs('delivered', await submit())).toMatchObject({ attempts: 2 });
});

test('a receiver that never answers does not keep the others waiting', async () => {
  const other = origin.replace('127.0.0.1', 'localhost');
  workshop.callbackOrigins.push(other);
  const silent: Answer = (request, response) => {
    if (request.headers.host === new URL(other).host) response.writeHead(200).end();
  };
  answers = Array.from({ length: 20 }, () => silent);
  await workshop.worker();
  for (let count = 0; count < 10; count++) await submit([`${count}`]);
  while (received.length < 4) await new Promise(setImmediate);
  const { batch } = await workshop.tasks.submit(requestOf(['a'], { callbackUrl: `${other}/x` }), { tenant: 't' });
  await callbackIs('delivered', batch.id);
  expect(received).toHaveLength(5);
});

test('a redirect is not followed', async () => {
  answers = [(_request, response) => void response.writeHead(302, { location: `${origin}/elsewhere` }).end()];
  await workshop.worker();
  expect(await callbackIs('failed', await submit())).toMatchObject({ lastError: expect.stringContaining('redirects are not followed') });
  expect(received).toHaveLength(1);
});

test('an origin that is not allowed any more gets nothing', async () => {
  const id = await submit();
  workshop.callbackOrigins.length = 0;
  await workshop.worker();
  expect(await callbackIs('failed', id)).toMatchObject({ lastError: expect.stringContaining('AIOS_CALLBACK_ORIGINS') });
  expect(received).toHaveLength(0);
});

test.each([
  ['a server error', answer(503, 'Database is not ready!'), 'HTTP 503: Database is not ready!'],
  ['n8n that migrates its database and says so with 200', answer(200, 'n8n is starting up. Please wait'), 'starting up'],
  ['n8n that has no routes yet', answer(404, '<pre>Cannot POST /webhook-waiting/7/node</pre>'), 'Cannot POST'],
  ['a connection that breaks', ((request) => request.socket.destroy()) satisfies Answer, 'did not answer'],
])('%s is tried again later', async (_name, first, reason) => {
  await workshop.close();
  const clock = testClock();
  workshop = await createWorkshop({ now: clock.now });
  workshop.callbackOrigins.push(origin);
  answers = [first];
  const worker = await workshop.worker();
  const id = await submit();
  for (;;) {
    const { callback } = await workshop.tasks.batch(id);
    if (callback.attempts === 1) {
      expect(callback).toMatchObject({ status: 'pending', lastError: expect.stringContaining(reason) });
      break;
    }
    await new Promise(setImmediate);
  }
  await worker.close({ drainMs: 0 });
  clock.advance(1_000);
  await workshop.worker();
  expect(await callbackIs('delivered', id)).toMatchObject({ attempts: 2 });
});

test('a callback that was under way when its worker died is delivered by the next one', async () => {
  await workshop.close();
  const clock = testClock();
  workshop = await createWorkshop({ now: clock.now });
  workshop.callbackOrigins.push(origin);
  const id = await submit();
  await workshop.tasks.cancel((await workshop.tasks.batch(id)).tasks[0]!.id);
  expect(await workshop.records.callbacks.take(clock.now(), clock.now() + 60_000, 8)).toHaveLength(1);
  expect(await workshop.records.callbacks.take(clock.now(), clock.now() + 60_000, 8)).toHaveLength(0);
  clock.advance(60_000);
  await workshop.worker();
  await callbackIs('delivered', id);
  expect(received).toHaveLength(1);
});

test('a batch that was opened again calls back again at its end', async () => {
  const id = await submit();
  const [task] = (await workshop.tasks.batch(id)).tasks;
  await workshop.tasks.cancel(task!.id);
  const worker = await workshop.worker();
  await callbackIs('delivered', id);
  await worker.close({ drainMs: 0 });
  await workshop.tasks.retry(task!.id);
  expect((await workshop.tasks.batch(id))).toMatchObject({ status: 'running', callback: { status: 'waiting' } });
  await workshop.worker();
  await callbackIs('delivered', id);
  expect(received.map(({ body }) => body.tasks)).toMatchObject([[{ status: 'cancelled' }], [{ status: 'succeeded' }]]);
});
