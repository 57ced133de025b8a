import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { verified } from '../../../agent-runtime/src/stores/artifacts/artifact-content.ts';

const stored = Buffer.alloc(70_000, 1);
const info = { key: 'k', version: 'v', sizeBytes: stored.length, sha256: createHash('sha256').update(stored).digest('hex') };

/** What a reader has of it before it ends or fails. */
async function read(pieces: readonly Buffer[]): Promise<{ readonly bytes: number; readonly error: unknown }> {
  let bytes = 0;
  try {
    for await (const piece of verified(Readable.from(pieces), info, (error) => error)) bytes += (piece as Buffer).length;
    return { bytes, error: null };
  } catch (error) {
    return { bytes, error };
  }
}

const pieces = (content: Buffer, size: number) => Array.from({ length: Math.ceil(content.length / size) }, (_, index) => content.subarray(index * size, (index + 1) * size));

test.each([
  ['changed', Buffer.alloc(70_000, 2)], ['longer', Buffer.concat([stored, stored])], ['longer by what is read on its own', Buffer.concat([stored, Buffer.alloc(1)])],
  ['shorter', stored.subarray(1)], ['empty', Buffer.alloc(0)],
])('nobody gets as many bytes as were stored of content that is %s', async (_case, content) => {
  for (const size of [7_000, 70_000, 1_000_000]) {
    const { bytes, error } = await read(pieces(content, size));
    expect(error).toMatchObject({ code: 'artifact_corrupt' });
    expect(bytes).toBeLessThan(stored.length);
  }
  expect((await read([...pieces(content, 7_000), Buffer.alloc(0)])).bytes).toBeLessThan(stored.length);
});

test('what was stored comes whole, in whatever pieces', async () => {
  for (const size of [1, 7_000, 70_000]) expect(await read([...pieces(stored, size), Buffer.alloc(0)])).toEqual({ bytes: 70_000, error: null });
});
