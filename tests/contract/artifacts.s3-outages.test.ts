import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { S3ArtifactsOptions } from '../../agent-runtime/src/stores/artifacts/s3.ts';
import { s3Missing, startS3, type S3Server } from '../servers/start-s3.ts';
import { closeStores, failureOf, MIB, openS3, unavailable } from './s3-artifacts.ts';
import { openTcpGate, type TcpGate } from './tcp-gate.ts';

const missing = s3Missing();
if (missing !== null) test.skip(`artifacts on S3: ${missing}`, () => undefined);
else describe('radosgw', () => {
  let server: S3Server;
  let gate: TcpGate | undefined;
  beforeAll(async () => { server = await startS3(); });
  afterAll(() => server.stop());
  afterEach(async () => {
    jest.useRealTimers();
    await closeStores();
    await gate?.close();
    gate = undefined;
  });
  const keys = () => ({ accessKey: server.accessKey, secretKey: server.secretKey });
  const own = (bucket: string, options: Partial<S3ArtifactsOptions> = {}) => openS3(`${server.url}/${bucket}`, { ...keys(), ...options });

  test('refuses a wrong secret, a wrong key and a bucket that may not be made, and each is told', async () => {
    const url = `${server.url}/keys`;
    expect(await failureOf(openS3(url, { accessKey: server.accessKey }).ping())).toEqual(unavailable(url, 'SignatureDoesNotMatch', 'AIOS_S3_SECRET_KEY'));
    expect(await failureOf(openS3(url).ping())).toEqual(unavailable(url, 'InvalidAccessKeyId', 'AIOS_S3_ACCESS_KEY'));
    expect(await failureOf(openS3(url, server.guest).ping())).toEqual(unavailable(url, 'may not make it', 'AIOS_S3_URL'));
    await own('keys').ping();
    expect(await failureOf(openS3(url, server.guest).ping())).toEqual(unavailable('AccessDenied', 'AIOS_S3_ACCESS_KEY'));
  });

  test('refuses a clock that is an hour behind, and it is told', async () => {
    const artifacts = own('clock');
    await artifacts.ping();
    jest.useFakeTimers({ now: Date.now() - 3_600_000, doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval', 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] });
    expect(await failureOf(artifacts.ping())).toEqual(unavailable('RequestTimeTooSkewed', 'clock'));
  });

  test('killed amid an upload is not ready, keeps what it had, and takes the next', async () => {
    gate = await openTcpGate(server.url);
    const artifacts = openS3(`${gate.url}/killed`, keys());
    await artifacts.put('a', Buffer.from('before'));
    const amid = gate.sent(8 * MIB);
    const failure = failureOf(artifacts.put('a', Readable.from(Array.from({ length: 48 }, () => Buffer.alloc(MIB)))));
    await amid;
    await server.kill();
    expect(await failure).toMatchObject({ code: 'store_unavailable', kind: 'operational' });
    expect(await failureOf(artifacts.stat('a'))).toMatchObject({ code: 'store_unavailable', kind: 'operational' });
    await server.start();
    expect(await text((await artifacts.get('a')).content)).toBe('before');
    await artifacts.put('a', Buffer.from('after'));
    expect(await text((await artifacts.get('a')).content)).toBe('after');
    expect(await artifacts.versions('a')).toHaveLength(2);
  }, 60_000);

  test('killed while an artifact is read fails the reading', async () => {
    gate = await openTcpGate(server.url);
    const artifacts = openS3(`${gate.url}/read`, keys());
    await artifacts.put('a', Buffer.alloc(32 * MIB));
    const { content } = await artifacts.get('a');
    await once(content, 'readable');
    await server.kill();
    expect(await failureOf(buffer(content))).toMatchObject({ code: 'store_unavailable', kind: 'operational' });
    await server.start();
  }, 60_000);

  test('behind a black hole is given up, upload and download', async () => {
    gate = await openTcpGate(server.url);
    const artifacts = openS3(`${gate.url}/hole`, { ...keys(), timeoutMs: 300 });
    await artifacts.put('a', Buffer.alloc(32 * MIB));
    const { content } = await artifacts.get('a');
    gate.block();
    expect(await failureOf(buffer(content))).toMatchObject(unavailable('does not answer|cut'));
    expect(await failureOf(artifacts.stat('a'))).toEqual(unavailable('does not answer'));
  }, 60_000);

  test('sends to a slow reader for longer than it may be silent', async () => {
    await own('slow').put('a', Buffer.alloc(8 * MIB));
    const { content } = await own('slow', { timeoutMs: 500 }).get('a');
    await new Promise((resolve) => setTimeout(resolve, 1_300)); // the time is what is tested
    expect((await buffer(content)).length).toBe(8 * MIB);
  }, 60_000);

  test('can be left amid an upload', async () => {
    gate = await openTcpGate(server.url);
    const artifacts = openS3(`${gate.url}/left`, keys());
    await artifacts.ping();
    const controller = new AbortController();
    const amid = gate.sent(8 * MIB);
    const stored = artifacts.put('a', Buffer.alloc(48 * MIB), { signal: controller.signal });
    void amid.then(() => controller.abort(new Error('enough')));
    await expect(stored).rejects.toThrow('enough');
    expect(await artifacts.versions('a')).toEqual([]);
  }, 60_000);
});
