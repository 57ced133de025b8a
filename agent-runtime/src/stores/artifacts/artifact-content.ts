import { createHash } from 'node:crypto';
import { addAbortSignal, finished, Readable, Transform } from 'node:stream';
import { AiosError } from '../../errors.ts';
import type { ArtifactInfo, PutArtifactOptions } from './artifacts.ts';

export interface Received {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/**
 * Hands content to `write` piece by piece, and answers with what it was. Throws `invalid_request` where its length is not as
 * said, `payload_too_large` where it is over `maxBytes`, and what its source or `write` throws.
 */
export async function receive(
  content: Uint8Array | Readable, { sizeBytes, signal }: PutArtifactOptions, maxBytes: number, write: (chunk: Uint8Array) => Promise<void> | void,
): Promise<Received> {
  const source = content instanceof Readable ? content : Readable.from([content]);
  const hash = createHash('sha256');
  let length = 0;
  try {
    tooLarge(content instanceof Readable ? sizeBytes ?? 0 : content.byteLength, maxBytes);
    signal?.throwIfAborted();
    if (signal) addAbortSignal(signal, source);
    for await (const piece of source) {
      const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece as Uint8Array;
      length += chunk.byteLength;
      tooLarge(length, maxBytes);
      if (sizeBytes !== undefined && length > sizeBytes) wrongLength(sizeBytes, `at least ${length}`);
      hash.update(chunk);
      await write(chunk);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    source.destroy();
  }
  if (sizeBytes !== undefined && length !== sizeBytes) wrongLength(sizeBytes, `${length}`);
  return { sizeBytes: length, sha256: hash.digest('hex') };
}

function tooLarge(bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) throw new AiosError('payload_too_large', `An artifact has at most ${maxBytes} bytes; this one has ${bytes} or more.`);
}

function wrongLength(said: number, got: string): never {
  throw new AiosError('invalid_request', `The artifact was said to have ${said} bytes, but its content has ${got}.`);
}

/**
 * Passes content on, but for its last piece, which comes once all is what was stored; else it fails. So nobody who knows the
 * length has all of it before it was looked at. `failure` turns an error of the source into ours.
 */
export function verified(source: Readable, info: Pick<ArtifactInfo, 'key' | 'version' | 'sizeBytes' | 'sha256'>, failure: (error: unknown) => unknown): Readable {
  const hash = createHash('sha256');
  let length = 0;
  let heldBack: Buffer | undefined;
  const check = new Transform({
    transform(chunk: Buffer, _, done) {
      if (chunk.length === 0) return done();
      hash.update(chunk);
      length += chunk.length;
      if (length > info.sizeBytes) return done(corruptArtifact(info));
      const before = heldBack;
      heldBack = chunk;
      return done(null, before);
    },
    flush(done) {
      if (length === info.sizeBytes && hash.digest('hex') === info.sha256) done(null, heldBack);
      else done(corruptArtifact(info));
    },
  });
  finished(source, { writable: false }, (error) => {
    if (error) check.destroy(failure(error) as Error);
  });
  check.once('close', () => source.destroy());
  check.on('error', () => undefined); // who reads it is told; while nobody does, it must not end the process
  return source.pipe(check);
}

export function corruptArtifact({ key, version }: Pick<ArtifactInfo, 'key' | 'version'>): AiosError {
  return new AiosError('artifact_corrupt', `The artifact ${JSON.stringify(key)}, version ${version}, is not what was stored there. `
    + 'Its bytes were changed on the way or by something other than the runtime; look at the disk of the store and at who else writes there.');
}
