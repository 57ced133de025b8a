import { createHash, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'minio';
import { s3Address } from '../../agent-runtime/src/stores/artifacts/s3-address.ts';
import { s3Connection } from '../../agent-runtime/src/stores/artifacts/s3-connection.ts';
import { spool } from '../../agent-runtime/src/stores/artifacts/s3-spool.ts';
import { uploadParts } from '../../agent-runtime/src/stores/artifacts/s3-upload.ts';
import type { S3ArtifactsOptions } from '../../agent-runtime/src/stores/artifacts/s3.ts';
import { s3Missing, startS3, type S3Server } from '../servers/start-s3.ts';
import { memoryOfLargeContent } from './artifacts-memory.ts';
import { closeStores, EXPIRY, failureOf, MIB, openS3, unavailable } from './s3-artifacts.ts';
import { openTcpGate, type TcpGate } from './tcp-gate.ts';

const DRIVER = new URL('../../agent-runtime/src/stores/artifacts/s3.ts', import.meta.url).href;

function etagOf(content: Buffer, partBytes: number): string {
  const parts = Array.from({ length: Math.ceil(content.length / partBytes) }, (_, index) => content.subarray(index * partBytes, (index + 1) * partBytes));
  const md5 = (bytes: Buffer) => createHash('md5').update(bytes);
  return `${md5(Buffer.concat(parts.map((part) => md5(part).digest()))).digest('hex')}-${parts.length}`;
}

const missing = s3Missing();
if (missing !== null) test.skip(`artifacts on S3: ${missing}`, () => undefined);
else describe('radosgw', () => {
  let server: S3Server;
  let gate: TcpGate | undefined;
  beforeAll(async () => { server = await startS3(); });
  afterAll(() => server.stop());
  afterEach(async () => {
    await closeStores();
    await gate?.close();
    gate = undefined;
  });
  const keys = () => ({ accessKey: server.accessKey, secretKey: server.secretKey });
  const own = (bucket: string, options: Partial<S3ArtifactsOptions> = {}) => openS3(`${server.url}/${bucket}`, { ...keys(), ...options });
  const other = () => {
    const { hostname, port } = new URL(server.url);
    return new Client({ endPoint: hostname, port: Number(port), useSSL: false, region: 'us-east-1', ...keys() });
  };

  test('has a bucket that is gone made again', async () => {
    const artifacts = own('gone');
    await artifacts.ping();
    await other().removeBucket('gone');
    expect(await failureOf(artifacts.put('a', Buffer.from('x')))).toEqual(unavailable('NoSuchBucket'));
    await artifacts.put('a', Buffer.from('x'));
  });

  test('has an object of somebody else, which is not taken for an artifact', async () => {
    const artifacts = own('foreign');
    await artifacts.ping();
    await other().putObject('foreign', 'a', 'not ours');
    expect(await failureOf(artifacts.get('a'))).toMatchObject({ code: 'artifact_corrupt' });
    expect(await failureOf(artifacts.put('a', Buffer.from('x'), { ifAbsent: true }))).toMatchObject({ code: 'artifact_exists' });
    await artifacts.delete('a');
    expect(await artifacts.versions('a')).toEqual([]);
  });

  describe('gives a link', () => {
    test('that needs no key, saves what it shows, and ends', async () => {
      const artifacts = own('links');
      await artifacts.put('tasks/ü/report "1".html', Buffer.from('<script>'), { contentType: 'text/html' });
      const link = (await artifacts.link('tasks/ü/report "1".html', { expiresInMs: 2_000 }))!;
      await artifacts.put('tasks/ü/report "1".html', Buffer.from('newer'));
      const answer = await fetch(link.url);
      expect([answer.status, await answer.text(), answer.headers.get('content-disposition')]).toEqual([200, '<script>', `attachment; filename="report _1_.html"; filename*=UTF-8''report%20%221%22.html`]);
      expect((await fetch(link.url.replace('report', 'other'))).status).toBe(403);
      let status: number;
      do status = (await fetch(link.url)).status; while (status === 200);
      expect(status).toBe(403);
      expect(Date.now()).toBeGreaterThanOrEqual(link.expiresAt - 1_000);
    });

    test('to where people reach the server', async () => {
      const artifacts = own('links', { publicUrl: 'https://files.example.com' });
      await artifacts.put('a', Buffer.from('x'));
      expect((await artifacts.link('a', { expiresInMs: 60_000 }))!.url).toMatch(/^https:\/\/files\.example\.com\/links\/a\?.*X-Amz-Expires=60&/);
    });
  });

  describe('holds lifecycle rules', () => {
    const request = { bucketName: 'rules', query: 'lifecycle' };
    const read = async () => text(await other().makeRequestAsync({ ...request, method: 'GET' }));
    const THEIRS = '<Rule><ID>007</ID><Filter><And><Prefix>0123/</Prefix><Tag><Key>a</Key><Value>1e3</Value></Tag></And></Filter><Status>Enabled</Status><Expiration><Days>3</Days></Expiration></Rule>';

    test('of ours beside those of others', async () => {
      const artifacts = own('rules');
      await artifacts.ping();
      const theirs = `<LifecycleConfiguration>${THEIRS}</LifecycleConfiguration>`;
      const md5 = createHash('md5').update(theirs).digest('base64');
      await other().makeRequestAsyncOmit({ ...request, method: 'PUT', headers: { 'content-md5': md5 } }, theirs);
      expect(await artifacts.sweep()).toEqual({ removed: 0 });
      const first = await read();
      expect(first).toContain(THEIRS);
      expect(first).toMatch(/<Prefix>tasks\/<\/Prefix>.*<Days>30<\/Days>/);
      expect(first).toMatch(/<NoncurrentDays>7<\/NoncurrentDays>/);
      await artifacts.sweep();
      expect(await read()).toBe(first);

      const folder = openS3(`${server.url}/rules/folder`, { ...keys(), expiry: { rules: [], replacedAfterDays: 5 } });
      await folder.sweep();
      await own('rules', { expiry: { rules: [{ prefix: 'tasks/', afterDays: 60 }], replacedAfterDays: 7 } }).sweep();
      const last = await read();
      expect(last).toContain(THEIRS);
      expect(last).not.toContain('<Days>30</Days>');
      expect(last.match(/<Rule>/g)).toHaveLength(4);
      expect(last).toContain('<Prefix>folder/</Prefix>');
    });
  });

  test('128 MiB pass through with little memory', async () => {
    const options = { url: `${server.url}/memory`, ...keys(), publicUrl: null, expiry: EXPIRY, partsAboveBytes: 256 * MIB };
    expect(await memoryOfLargeContent(DRIVER, 'createS3Artifacts', options, 128)).toBeLessThan(64);
  }, 60_000);

  describe('takes parts', () => {
    // radosgw on SQLite does not give objects made of parts back: 404 where there are versions, else its parts in another
    // order. What it was sent is seen by the ETag that it gives the whole: the MD5 of its parts' MD5s in their order.
    test('in their order, from memory and from a file', async () => {
      await other().makeBucket('plain');
      const connection = s3Connection(s3Address(`${server.url}/plain`), keys(), null, 10_000);
      const content = randomBytes(40 * MIB + 1);
      for (const [name, form] of [['memory', content], ['file', Readable.from([content])]] as const) {
        const spooled = await spool(form, {}, content.length, tmpdir());
        await uploadParts(connection, { key: name, name, headers: { 'x-amz-meta-aios-sha256': spooled.sha256 }, content: spooled });
        await spooled.close();
        const { etag, size, metaData } = await other().statObject('plain', name);
        expect({ etag, size, sha256: metaData['aios-sha256'] }).toEqual({ etag: etagOf(content, 16 * MIB), size: content.length, sha256: spooled.sha256 });
      }
      connection.close();
    }, 60_000);

    test('and where it does not give the whole back, the put fails and leaves no upload', async () => {
      const artifacts = own('parts', { partsAboveBytes: 6 * MIB });
      expect(await failureOf(artifacts.put('a', randomBytes(20 * MIB)))).toEqual(unavailable('in parts', 'does not give it back'));
      expect(await artifacts.versions('a')).toEqual([]);
      expect((await other().listIncompleteUploadsQuery('parts', '', '', '', '')).uploads).toEqual([]);
    }, 60_000);

    test('and none are left of a source that is left', async () => {
      gate = await openTcpGate(server.url);
      const artifacts = openS3(`${gate.url}/left-parts`, { ...keys(), partsAboveBytes: 6 * MIB });
      await artifacts.ping();
      const controller = new AbortController();
      void gate.sent(20 * MIB).then(() => controller.abort(new Error('enough')));
      await expect(artifacts.put('a', Buffer.alloc(40 * MIB), { signal: controller.signal })).rejects.toThrow('enough');
      expect((await other().listIncompleteUploadsQuery('left-parts', '', '', '', '')).uploads).toEqual([]);
      expect(await artifacts.versions('a')).toEqual([]);
    }, 60_000);
  });
});
