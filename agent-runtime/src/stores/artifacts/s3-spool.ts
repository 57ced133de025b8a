import { createHash, randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { AiosError } from '../../errors.ts';
import { receive, type Received } from './artifact-content.ts';
import type { PutArtifactOptions } from './artifacts.ts';

/** Content of at most this many bytes stays in memory. */
const IN_MEMORY_BYTES = 4 * 1024 * 1024;

/** Content that was read to its end, and can be read any number of times. */
export interface Spooled extends Received {
  /** Base64, for Content-MD5. */
  readonly md5: string;
  /** All of it, from its beginning; a new one each time. */
  body(): Buffer | Readable;
  /** As much as fits into the buffer, from `position` on. */
  part(buffer: Buffer, position: number): Promise<Buffer>;
  close(): Promise<void>;
}

/**
 * Reads content to its end: what is sent to the server names its length and checksum beforehand. Large content goes through
 * a file that has no name any more, so that nothing is left of it whoever dies.
 */
export async function spool(content: Uint8Array | Readable, options: PutArtifactOptions, maxBytes: number, folder: string): Promise<Spooled> {
  const pieces: Uint8Array[] = [];
  const md5 = createHash('md5');
  let inMemory = 0;
  let file: FileHandle | undefined;
  try {
    const received = await receive(content, options, maxBytes, async (chunk) => {
      md5.update(chunk);
      if (file) return write(file, chunk, folder);
      pieces.push(chunk);
      inMemory += chunk.byteLength;
      if (inMemory <= IN_MEMORY_BYTES || !(content instanceof Readable)) return;
      file = await unnamedFile(folder);
      for (const piece of pieces.splice(0)) await write(file, piece, folder);
    });
    const held = file;
    const whole = Buffer.concat(pieces.splice(0));
    return {
      ...received,
      md5: md5.digest('base64'),
      body: () => held ? held.createReadStream({ start: 0, autoClose: false }) : whole,
      async part(buffer, position) {
        if (!held) return whole.subarray(position, position + buffer.length);
        let filled = 0;
        while (filled < buffer.length) {
          const { bytesRead } = await held.read(buffer, filled, buffer.length - filled, position + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return buffer.subarray(0, filled);
      },
      close: async () => held?.close(),
    };
  } catch (error) {
    await file?.close();
    throw error;
  }
}

async function unnamedFile(folder: string): Promise<FileHandle> {
  try {
    const path = join(folder, `aios-artifact-${randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return file;
  } catch (error) {
    throw unusable(folder, error);
  }
}

async function write(file: FileHandle, chunk: Uint8Array, folder: string): Promise<void> {
  try {
    await file.appendFile(chunk);
  } catch (error) {
    throw unusable(folder, error);
  }
}

function unusable(folder: string, error: unknown): AiosError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AiosError('store_unavailable', `A large artifact could not be kept in ${folder} on its way to S3: ${reason}. Check the folder for temporary files (TMPDIR): its room and its permissions.`, { cause: error });
}
