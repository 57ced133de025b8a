import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { clientAddress } from '../../agent-runtime/src/stores/vectors/qdrant-calls.ts';
import { createQdrantVectors } from '../../agent-runtime/src/stores/vectors/qdrant.ts';
import type { Vectors } from '../../agent-runtime/src/stores/vectors/vectors.ts';
import type { Failure } from '../stand-ins/http/failures.ts';
import { startHttpServer } from '../stand-ins/http/start-http-server.ts';
import { startQdrantStandIn, type QdrantStandIn } from '../stand-ins/qdrant/start-qdrant-stand-in.ts';
import { DOCS, point, WEB } from './vectors-cases.ts';

/** What is peculiar to a server that can be away, slow, full or somebody else's. */

const KEY = 'the-secret-key';
let standIn: QdrantStandIn;
let opened: Vectors[];

beforeEach(async () => {
  standIn = await startQdrantStandIn({ apiKey: KEY });
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((vectors) => vectors.close()));
  await standIn.close();
  standIn.assertNoViolations();
});

function open(options: Partial<Parameters<typeof createQdrantVectors>[0]> = {}): Vectors {
  const vectors = createQdrantVectors({ url: standIn.url, apiKey: KEY, collectionPrefix: 'aios-', timeoutMs: 2_000, ...options });
  opened.push(vectors);
  return vectors;
}

async function filled(): Promise<Vectors> {
  const vectors = open();
  await vectors.ensureCollection(DOCS);
  await vectors.upsert(WEB, [point('a', [1, 0, 0])]);
  return vectors;
}

/** What a call fails with, which never holds the key. */
async function failureOf(work: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const failure = await work.then(() => { throw new Error('it succeeded'); }, (error: Error & Record<string, unknown>) => error);
  expect(`${failure.message} ${failure.stack ?? ''}`).not.toContain(KEY);
  return failure;
}

const refusal = (status: number, error: string, headers = {}): Failure => ({ status, headers, body: { status: { error }, time: 0, result: null } });
const requestsTo = (path: RegExp) => standIn.requests.filter((request) => path.test(request.path)).length;

test('what fails for a moment is tried again, and is done once', async () => {
  const vectors = await filled();
  for (const failure of [refusal(500, 'Service internal error: disk'), refusal(503, 'Shard unavailable'), refusal(429, 'Rate limiting exceeded', { 'retry-after': '0' }), 'reset', 'lose-answer'] as const) {
    standIn.fail({ failure, path: /\/points/ });
    await vectors.upsert(WEB, [point('b', [0, 1, 0])]);
    standIn.fail({ failure, path: /query/ });
    expect(await vectors.search(WEB, { dense: [0, 1, 0], limit: 1 })).toMatchObject([{ id: 'b' }]);
  }
  expect(await vectors.count(WEB)).toBe(2);
});

test('a collection whose creation was answered by nobody is there, and is no conflict', async () => {
  standIn.fail({ failure: 'lose-answer', method: 'PUT' });
  const vectors = open();
  await vectors.ensureCollection(DOCS);
  expect(await vectors.describeCollection('docs')).toEqual(DOCS);
  expect([...standIn.collections.get('aios-docs')!.indexes]).toEqual([['tenant', { type: 'keyword', is_tenant: true }]]);
});

test('a failure that lasts is tried three times and says what the server said', async () => {
  const vectors = await filled();
  const before = requestsTo(/count/);
  standIn.fail({ failure: refusal(500, 'Service internal error: No space left on device'), times: 10, path: /count/ });
  expect(await failureOf(vectors.count(WEB))).toMatchObject({ code: 'store_unavailable', kind: 'operational', message: expect.stringContaining('No space left on device') });
  expect(requestsTo(/count/) - before).toBe(3);
});

test('a server that asks for patience is given it: the whole of Retry-After, by the caller', async () => {
  const vectors = await filled();
  const before = requestsTo(/count/);
  standIn.fail({ failure: refusal(429, 'Rate limiting exceeded', { 'retry-after': '37' }), path: /count/ });
  expect(await failureOf(vectors.count(WEB))).toMatchObject({ code: 'store_unavailable', retryAfterMs: 37_000 });
  expect(requestsTo(/count/) - before).toBe(1);
});

test('a server that hangs is given up on after the timeout, once', async () => {
  await filled();
  const before = requestsTo(/count/);
  standIn.fail({ failure: 'hang', times: 10, path: /count/ });
  const vectors = open({ timeoutMs: 300 });
  const started = performance.now();
  expect(await failureOf(vectors.count(WEB))).toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('did not answer within 300 ms') });
  expect(performance.now() - started).toBeLessThan(1_500);
  expect(requestsTo(/count/) - before).toBe(1);
});

test('nobody at the address is an error that names the setting', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as { port: number };
  closed.close();
  await once(closed, 'close');
  const failure = await failureOf(open({ url: `http://somebody:${KEY}@127.0.0.1:${port}` }).ping());
  expect(failure).toMatchObject({ code: 'store_unavailable', kind: 'operational', message: expect.stringMatching(/127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED.*AIOS_QDRANT_URL/) });
});

test('a wrong or missing key is an error that names the setting, and is not tried again', async () => {
  for (const apiKey of ['another-key', undefined]) {
    const before = standIn.requests.length;
    expect(await failureOf(open({ apiKey }).ping())).toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('AIOS_QDRANT_API_KEY') });
    expect(standIn.requests.length - before).toBe(1);
  }
});

test('somebody else at the address is an error that says so, not a missing collection', async () => {
  for (const answer of [{ status: 200, body: '<html>n8n</html>' }, { status: 404, body: { message: 'Cannot GET' } }, { status: 200, body: { ok: true } }]) {
    const other = await startHttpServer({ failures: { plan: () => undefined, take: () => undefined }, requests: [], handle: () => answer });
    expect(await failureOf(open({ url: other.url }).count(WEB))).toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('not as Qdrant') });
    await other.close();
  }
});

test('a refusal that the runtime should not have earned is a bug, one for size is the caller\'s', async () => {
  const vectors = await filled();
  standIn.fail({ failure: refusal(400, 'Wrong input: something new'), path: /count/ });
  expect(await failureOf(vectors.count(WEB))).toMatchObject({ code: 'internal', kind: 'bug', message: expect.stringContaining('something new') });
  standIn.fail({ failure: { status: 413, body: 'Payload Too Large' }, path: /points$/ });
  expect(await failureOf(vectors.upsert(WEB, [point('b', [1, 0, 0])]))).toMatchObject({ code: 'payload_too_large', kind: 'user' });
});

test('a write that the server has only accepted is not taken for done', async () => {
  const vectors = await filled();
  standIn.fail({ failure: { status: 200, body: { result: { operation_id: 9, status: 'wait_timeout' }, status: 'ok', time: 0 } }, path: /points$/ });
  expect(await failureOf(vectors.upsert(WEB, [point('b', [1, 0, 0])]))).toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('wait_timeout') });
});

test('a collection that something else made is left alone', async () => {
  standIn.collections.set('aios-docs', { request: {}, vectors: { other: { size: 3, distance: 'Cosine' } }, sparseVectors: {}, indexes: new Map(), points: new Map() });
  expect(await failureOf(open().ensureCollection(DOCS))).toMatchObject({ code: 'collection_conflict', kind: 'user', message: expect.stringContaining('something else') });
});

test('requests stay far below the server\'s limit of 32 MB, however large the points', async () => {
  const vectors = open();
  await vectors.ensureCollection(DOCS);
  await vectors.upsert(WEB, Array.from({ length: 50 }, (_, n) => point(`p${n}`, [1, n, 0], { text: 'x'.repeat(900_000) })));
  const sizes = standIn.requests.filter(({ method }) => method === 'PUT').map(({ text }) => text.length);
  expect([Math.max(...sizes) < 9_000_000, await vectors.count(WEB)]).toEqual([true, 50]);
});

test('an answer that breaks off is tried again, and then says so', async () => {
  const answers = ['HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"result":{"count":', 'HTTP/1.1 200 OK\r\n'];
  for (const answer of answers) {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.once('data', () => socket.end(answer));
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    expect(await failureOf(open({ url: `http://127.0.0.1:${port}` }).ping())).toMatchObject({ code: 'store_unavailable', kind: 'operational', message: expect.stringMatching(/broke off|cannot be reached/) });
    expect(connections).toBe(3);
    server.close();
    await once(server, 'close');
  }
});

test('an address may have a path, the scheme\'s own port, or none, which means 6333', async () => {
  await failureOf(open({ url: `${standIn.url}/qdrant/` }).ping());
  expect(standIn.requests.at(-1)?.path).toBe('/qdrant/collections/aios-ping/exists');
  standIn.violations.splice(0);
  expect(clientAddress('https://qdrant.test:443')).toEqual({ url: 'https://qdrant.test', prefix: '', port: 443 });
  expect(clientAddress('http://qdrant.test:80/a/b/')).toEqual({ url: 'http://qdrant.test', prefix: '/a/b', port: 80 });
  for (const url of ['https://qdrant.test', 'http://user:secret@qdrant.test/x']) expect(clientAddress(url).port).toBeUndefined();
});
