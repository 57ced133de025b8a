import { createHash } from 'node:crypto';
import type { S3Connection } from './s3-connection.ts';
import type { Spooled } from './s3-spool.ts';

const MIB = 1024 * 1024;
const PART_BYTES = 16 * MIB;
const MOST_PARTS = 9_000;
/** For an answer that comes when the server has written all of an object down. */
const WRITES_WITHIN_MS = 60_000;

export interface Upload {
  /** For messages. */
  readonly key: string;
  /** In the bucket. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Spooled;
  readonly signal?: AbortSignal | undefined;
}

/** In one request. Answers with the version, or null where the server named none. */
export async function uploadWhole({ address, ask }: S3Connection, { name, headers, content, signal }: Upload): Promise<string | null> {
  return ask(async (client) => {
    const response = await client.makeRequestStreamAsync(
      {
        method: 'PUT', bucketName: address.bucket, objectName: name,
        headers: { ...headers, 'content-length': content.sizeBytes, 'content-md5': content.md5 },
      },
      content.body(), client.enableSHA256 ? content.sha256 : '', [200], '',
    );
    response.resume();
    return response.headers['x-amz-version-id'] as string | undefined ?? null;
  }, { signal, timeoutMs: WRITES_WITHIN_MS });
}

/**
 * In parts, of which one is in memory at a time. The client's own way goes on with whatever unfinished upload of the key it
 * finds, another writer's too, and leaves its own behind when it fails; so the parts are sent one by one here.
 */
export async function uploadParts({ address, ask }: S3Connection, { name, headers, content, signal }: Upload): Promise<string | null> {
  const { bucket } = address;
  const uploadId = await ask((client) => client.initiateNewMultipartUpload(bucket, name, { ...headers }), { signal });
  try {
    const buffer = Buffer.allocUnsafe(Math.max(PART_BYTES, Math.ceil(content.sizeBytes / MOST_PARTS / MIB) * MIB));
    const parts: { part: number; etag: string }[] = [];
    for (let position = 0; position < content.sizeBytes; position += buffer.length) {
      const part = await content.part(buffer, position);
      const md5 = createHash('md5').update(part).digest('base64');
      const uploaded = await ask((client) => client.uploadPart({
        bucketName: bucket, objectName: name, uploadID: encodeURIComponent(uploadId), partNumber: parts.length + 1, headers: { 'content-md5': md5 },
      }, part), { signal, repeatable: true, timeoutMs: WRITES_WITHIN_MS });
      parts.push({ part: uploaded.part, etag: uploaded.etag });
    }
    const { versionId } = await ask((client) => client.completeMultipartUpload(bucket, name, uploadId, parts), { signal, timeoutMs: WRITES_WITHIN_MS });
    return versionId;
  } catch (error) {
    // What is left all the same goes by the bucket's lifecycle rule.
    await ask((client) => client.abortMultipartUpload(bucket, name, encodeURIComponent(uploadId)), { repeatable: true }).catch(() => undefined);
    throw error;
  }
}
