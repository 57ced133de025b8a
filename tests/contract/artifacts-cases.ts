import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Artifacts } from '../../agent-runtime/src/stores/artifacts/artifacts.ts';
import { tenantArtifacts } from '../../agent-runtime/src/stores/artifacts/tenant-artifacts.ts';

export const MAX_BYTES = 1024 * 1024;

/** Opens stores on one place, as several processes would, with `MAX_BYTES`, and takes it down. */
export interface ArtifactsBench {
  open(): Promise<Artifacts>;
  /** Replaces the bytes of the newest version behind the store's back. */
  corrupt(key: string): Promise<void>;
  /** Removes the content of the newest version behind the store's back. */
  removeContent(key: string): Promise<void>;
  close(): Promise<void>;
}

const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

/** What every artifacts driver must do. */
export function describeArtifacts(name: string, createBench: () => Promise<ArtifactsBench>): void {
  describe(name, () => {
    let bench: ArtifactsBench;
    let artifacts: Artifacts;
    beforeEach(async () => {
      bench = await createBench();
      artifacts = await bench.open();
    });
    afterEach(() => bench.close());

    const put = (key: string, content: string) => artifacts.put(key, Buffer.from(content));
    const read = async (key: string, version?: string) => (await buffer((await artifacts.get(key, { version })).content)).toString();
    const keys = async (prefix: string) => (await artifacts.list(prefix)).artifacts.map(({ key }) => key);

    describe('keeps', () => {
      test.each([
        ['bytes', (content: Buffer) => content],
        ['a stream of pieces', (content: Buffer) => Readable.from([content.subarray(0, 1), content.subarray(1, 7), content.subarray(7)])],
      ])('%s, with what was said of them', async (_, form) => {
        const content = randomBytes(100_000);
        const said = { contentType: 'text/markdown; charset=utf-8', metadata: { task: 'ä/ö %20\n"x"', 'agent-name': 'cto' } };
        const before = Date.now();
        const stored = await artifacts.put('tasks/1/report.md', form(content), { ...said, sizeBytes: content.length });
        const facts = { key: 'tasks/1/report.md', version: stored.version, sizeBytes: content.length, sha256: sha256(content), ...said };
        expect(stored).toMatchObject(facts);
        expect(await artifacts.stat('tasks/1/report.md')).toMatchObject(facts);
        const { content: stream, ...opened } = await artifacts.get('tasks/1/report.md');
        expect(opened).toMatchObject(facts);
        expect(Math.abs(opened.createdAt - before)).toBeLessThan(5_000);
        expect((await buffer(stream)).equals(content)).toBe(true);
      });

      test('nothing', async () => {
        await artifacts.put('empty', new Uint8Array());
        expect(await artifacts.stat('empty')).toMatchObject({ sizeBytes: 0, contentType: 'application/octet-stream', metadata: {} });
        expect(await read('empty')).toBe('');
      });

      test('every version', async () => {
        const versions = [await put('a', 'one'), await put('a', 'two'), await put('a', 'three')].map(({ version }) => version);
        expect(new Set(versions).size).toBe(3);
        expect(await Promise.all(versions.map((version) => read('a', version)))).toEqual(['one', 'two', 'three']);
        expect(await read('a')).toBe('three');
        expect((await artifacts.versions('a')).map(({ version, sizeBytes }) => [version, sizeBytes])).toEqual([[versions[2], 5], [versions[1], 3], [versions[0], 3]]);
        expect(await artifacts.stat('a', { version: versions[0] })).toMatchObject({ version: versions[0], sha256: sha256(Buffer.from('one')) });
      });

      test('the versions of writers at the same time, each whole', async () => {
        const others = [artifacts, await bench.open(), await bench.open()];
        const contents = Array.from({ length: 9 }, (_, index) => randomBytes(20_000 + index));
        const stored = await Promise.all(contents.map((content, index) => others[index % others.length]!.put('shared', Readable.from([content.subarray(0, 9_999), content.subarray(9_999)]))));
        expect(stored.map((one) => one.sha256)).toEqual(contents.map(sha256));
        const versions = await artifacts.versions('shared');
        expect(versions.map(({ version }) => version).sort()).toEqual(stored.map(({ version }) => version).sort());
        for (const [index, { version }] of stored.entries()) {
          expect((await buffer((await artifacts.get('shared', { version })).content)).equals(contents[index]!)).toBe(true);
        }
        expect((await artifacts.stat('shared')).version).toBe(versions[0]?.version);
      });

      test('what one process put for another', async () => {
        await put('a', 'one');
        const other = await bench.open();
        expect((await buffer((await other.get('a')).content)).toString()).toBe('one');
      });
    });

    describe('takes keys', () => {
      const STRANGE = ['CON', 'nul.txt', 'a.', 'A.', 'a b', '%2e%2e/x', 'a+b', 'a?b=c&d#e', 'its (a) *star*!', 'ü/é/日本', '😀/👩‍👩‍👧', 'x:y|z<>"', '...', 'artifacts.db', 'Aa', 'aA', `${'l'.repeat(255)}/${'m'.repeat(256)}`];

      // No single quote: radosgw on SQLite puts the prefix of a list into its SQL unquoted.
      test('of any shape and tells them apart', async () => {
        for (const key of STRANGE) await put(key, key);
        expect((await keys('')).sort()).toEqual([...STRANGE].sort());
        for (const key of STRANGE) expect(await read(key)).toBe(key);
        for (const key of STRANGE) expect(await artifacts.versions(key)).toHaveLength(1);
      });

      test('in any Unicode form as one', async () => {
        expect(await put('caf\u0065\u0301', 'one')).toMatchObject({ key: 'caf\u00e9' });
        expect(await read('caf\u00e9')).toBe('one');
      });

      test.each(['', '/a', 'a/', 'a//b', '..', '../a', 'a/../b', 'a/./b', '.', 'a\0b', 'a\nb', 'a\\b', ' a', 'a ', '\ud800', 'é'.repeat(257)])('but not %j', async (key) => {
        for (const call of [() => put(key, 'x'), () => artifacts.get(key), () => artifacts.stat(key), () => artifacts.versions(key), () => artifacts.delete(key), () => artifacts.link(key, { expiresInMs: 1_000 })]) {
          await expect(call()).rejects.toMatchObject({ code: 'invalid_request' });
        }
        expect(await keys('')).toEqual([]);
      });

      test('of a tenant and keeps them from another', async () => {
        const [one, other] = ['acme/../corp', '..'].map((tenant) => tenantArtifacts(artifacts, tenant)) as [Artifacts, Artifacts];
        expect(await one.put('a/b', Buffer.from('mine'))).toMatchObject({ key: 'a/b' });
        await other.put('a/c', Buffer.from('theirs'));
        expect((await one.list('')).artifacts).toMatchObject([{ key: 'a/b' }]);
        expect((await buffer((await one.get('a/b')).content)).toString()).toBe('mine');
        await expect(one.get('a/c')).rejects.toMatchObject({ code: 'not_found' });
        await expect(one.get('../../a/c')).rejects.toMatchObject({ code: 'invalid_request' });
        expect(await other.versions('a/b')).toEqual([]);
      });
    });

    describe('lists', () => {
      test('the newest versions of a prefix, page by page, in the order of their bytes', async () => {
        for (const key of ['t/b', 't/a', 't/a/1', 'T/c', 't/é', 't/z', 't%', 't/\u{1f600}', 't/\uff5e', 'tt']) await put(key, 'old');
        await put('t/a', 'newer');
        const pages: string[][] = [];
        let cursor: string | null = null;
        do {
          const page = await artifacts.list('t/', { limit: 2, cursor });
          pages.push(page.artifacts.map(({ key, sizeBytes }) => `${key} ${sizeBytes}`));
          cursor = page.cursor;
        } while (cursor !== null);
        expect(pages).toEqual([['t/a 5', 't/a/1 3'], ['t/b 3', 't/z 3'], ['t/é 3', 't/\uff5e 3'], ['t/\u{1f600} 3']]);
      });

      test('a prefix as it is written, not as a pattern', async () => {
        for (const key of ['a_b/1', 'axb/1', 'A_b/1', 'a%/1', 'a_c']) await put(key, 'x');
        expect(await keys('a_b')).toEqual(['a_b/1']);
        expect(await keys('a%')).toEqual(['a%/1']);
        expect(await keys('nothing')).toEqual([]);
      });

      test.each([0, 1_001, 1.5])('no page of %p', async (limit) => {
        await expect(artifacts.list('', { limit })).rejects.toMatchObject({ code: 'invalid_request' });
      });
    });

    describe('deletes', () => {
      test('one version, and shows the one before it', async () => {
        const [first, second] = [await put('a', 'one'), await put('a', 'two')];
        await artifacts.delete('a', { version: second.version });
        expect(await read('a')).toBe('one');
        expect(await keys('a')).toEqual(['a']);
        await expect(artifacts.get('a', { version: second.version })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('"a"') });
        await artifacts.delete('a', { version: first.version });
        await expect(artifacts.stat('a')).rejects.toMatchObject({ code: 'not_found', kind: 'user' });
      });

      test('all versions, and takes new ones', async () => {
        await put('a', 'one');
        await put('a', 'two');
        await put('ab', 'other');
        await artifacts.delete('a');
        expect(await artifacts.versions('a')).toEqual([]);
        expect(await keys('')).toEqual(['ab']);
        await put('a', 'three');
        expect(await artifacts.versions('a')).toHaveLength(1);
        expect(await read('a')).toBe('three');
      });

      test('what is not there', async () => {
        await artifacts.delete('a');
        const { version } = await put('a', 'one');
        await artifacts.delete('a', { version });
        await artifacts.delete('a', { version });
        await artifacts.delete('a');
        expect(await artifacts.versions('a')).toEqual([]);
      });
    });

    describe('puts only what is absent', () => {
      const once = (content: string, on = artifacts) => on.put('once', Readable.from([Buffer.from(content)]), { ifAbsent: true });

      test('once, and again after it was deleted', async () => {
        const { version } = await once('one');
        await expect(once('two')).rejects.toMatchObject({ code: 'artifact_exists', kind: 'user', message: expect.stringContaining('"once"') });
        expect(await artifacts.versions('once')).toMatchObject([{ version }]);
        await artifacts.delete('once');
        await once('three');
        expect(await read('once')).toBe('three');
      });

      test('for one of many writers', async () => {
        const stores = [artifacts, await bench.open(), await bench.open()];
        const ends = await Promise.allSettled(Array.from({ length: 9 }, (_, index) => once(`content ${index}`, stores[index % stores.length])));
        const won = ends.flatMap((end) => end.status === 'fulfilled' ? [end.value] : []);
        expect(won).toHaveLength(1);
        expect(ends.filter((end) => end.status === 'rejected').map((end) => end.reason.code)).toEqual(Array(8).fill('artifact_exists'));
        expect(await artifacts.versions('once')).toMatchObject([{ version: won[0]!.version }]);
        expect(sha256(Buffer.from(await read('once')))).toBe(won[0]!.sha256);
      });
    });

    describe('stores nothing', () => {
      const nothing = async () => {
        expect(await artifacts.versions('a')).toEqual([]);
        expect(await keys('')).toEqual([]);
      };

      test('when the content fails, and passes its failure on', async () => {
        const failure = new Error('the source broke');
        const source = Readable.from((async function* () {
          yield Buffer.from('half');
          throw failure;
        })());
        await expect(artifacts.put('a', source)).rejects.toBe(failure);
        await nothing();
      });

      test.each([['less', 6], ['more', 2]])('when the content has %s than was said', async (_, sizeBytes) => {
        await expect(artifacts.put('a', Readable.from([Buffer.from('four')]), { sizeBytes })).rejects.toMatchObject({ code: 'invalid_request' });
        await nothing();
      });

      test('that is too large, and destroys what it does not read', async () => {
        const source = Readable.from((function* () {
          for (;;) yield Buffer.alloc(65_536);
        })());
        await expect(artifacts.put('a', source)).rejects.toMatchObject({ code: 'payload_too_large' });
        expect(source.destroyed).toBe(true);
        await expect(artifacts.put('a', Readable.from([]), { sizeBytes: MAX_BYTES + 1 })).rejects.toMatchObject({ code: 'payload_too_large' });
        await nothing();
      });

      test('when it is told to stop', async () => {
        const controller = new AbortController();
        const source = new Readable({ read: () => undefined });
        source.push(Buffer.from('half'));
        const stored = artifacts.put('a', source, { signal: controller.signal });
        controller.abort(new Error('enough'));
        await expect(stored).rejects.toThrow('enough');
        expect(source.destroyed).toBe(true);
        await expect(artifacts.put('a', Buffer.from('x'), { signal: controller.signal })).rejects.toThrow('enough');
        await nothing();
      });

      test.each([
        ['a metadata name', { metadata: { Task: 'x' } }], ['a metadata name of ours', { metadata: { 'aios-sha256': 'x' } }],
        ['metadata', { metadata: { task: 'x'.repeat(2_000) } }], ['a content type', { contentType: 'text/html\r\nx-y: z' }],
      ])('with %s that does not fit', async (_, said) => {
        await expect(artifacts.put('a', Buffer.from('x'), said)).rejects.toMatchObject({ code: 'invalid_request' });
        await nothing();
      });
    });

    describe('reads', () => {
      test('no bytes that are not what was stored, without saying so', async () => {
        await put('a', 'the right bytes');
        await bench.corrupt('a');
        const { content } = await artifacts.get('a');
        await expect(buffer(content)).rejects.toMatchObject({ code: 'artifact_corrupt', kind: 'operational', message: expect.stringContaining('"a"') });
      });

      test('nothing of what was deleted under it', async () => {
        await put('a', 'one');
        await bench.removeContent('a');
        await expect(artifacts.get('a')).rejects.toMatchObject({ code: 'not_found', kind: 'user', message: expect.stringContaining('"a"') });
      });

      test('until it is told to stop', async () => {
        await artifacts.put('a', randomBytes(MAX_BYTES));
        const controller = new AbortController();
        const { content } = await artifacts.get('a', { signal: controller.signal });
        controller.abort(new Error('enough'));
        await expect(buffer(content)).rejects.toThrow(/enough|abort/i);
        await expect(artifacts.get('a', { signal: controller.signal })).rejects.toThrow('enough');
      });

      test('on when its reader stops, and then closes', async () => {
        await artifacts.put('a', randomBytes(MAX_BYTES));
        for (let round = 0; round < 100; round += 1) (await artifacts.get('a')).content.destroy();
        expect(await artifacts.stat('a')).toMatchObject({ sizeBytes: MAX_BYTES });
      });
    });

    test.each([999, 7 * 24 * 3_600_000 + 1])('gives no link for %p ms', async (expiresInMs) => {
      await put('a', 'x');
      await expect(artifacts.link('a', { expiresInMs })).rejects.toMatchObject({ code: 'invalid_request' });
    });

    test('gives no link to what is not there', async () => {
      await expect(artifacts.link('a', { expiresInMs: 60_000 })).rejects.toMatchObject({ code: 'not_found' });
    });

    test('is usable, until it is closed', async () => {
      await artifacts.ping();
      await artifacts.close();
      await artifacts.close();
      for (const call of [() => artifacts.ping(), () => put('a', 'x'), () => artifacts.stat('a'), () => artifacts.list('')]) {
        await expect(call()).rejects.toMatchObject({ code: 'store_unavailable' });
      }
    });
  });
}
