import type { Client } from 'minio';
import { AiosError } from '../../errors.ts';
import type { S3Connection } from './s3-connection.ts';
import { S3Failure, unavailable } from './s3-failure.ts';

/** Makes the bucket where it is not there, and has it keep versions. */
export async function prepareBucket({ address, ask }: S3Connection): Promise<void> {
  const { bucket, name } = address;
  const status = await ask(async (client) => {
    try {
      return await statusOf(client, bucket);
    } catch (error) {
      if (!(error instanceof S3Failure && error.code === 'NoSuchBucket')) throw error;
      await makeBucket(client, bucket, address.region, name);
      return null;
    }
  }, { repeatable: true });
  if (status === 'Enabled') return;
  try {
    await ask((client) => client.setBucketVersioning(bucket, { Status: 'Enabled' }), { repeatable: true });
  } catch (error) {
    const cause = error instanceof AiosError ? error.cause : error;
    if (!(cause instanceof S3Failure) || cause.status >= 500 && cause.status !== 501) throw error;
    throw unavailable(name, `the server refuses to keep versions in the bucket (${cause.message}), without which an artifact could be overwritten. `
      + 'Switch versioning on for it yourself, let the key in AIOS_S3_ACCESS_KEY do it, or name a bucket in AIOS_S3_URL that has it.', cause);
  }
}

/** What the server says of versions: `Enabled`, `Suspended`, or nothing. The first call of all, since its errors have a code. */
async function statusOf(client: Client, bucket: string): Promise<string | null> {
  const { Status } = (await client.getBucketVersioning(bucket) || {}) as { readonly Status?: string };
  return Status ?? null;
}

async function makeBucket(client: Client, bucket: string, region: string, name: string): Promise<void> {
  try {
    await client.makeBucket(bucket, region);
  } catch (error) {
    const code = error instanceof S3Failure ? error.code : '';
    if (code === 'BucketAlreadyOwnedByYou') return; // another process was first
    if (code === 'AccessDenied' || code === 'TooManyBuckets') {
      throw unavailable(name, 'the bucket is not there, and the key in AIOS_S3_ACCESS_KEY may not make it. Make it yourself, or name one in AIOS_S3_URL that is there.', error);
    }
    if (code === 'BucketAlreadyExists') throw unavailable(name, 'the bucket belongs to somebody else. Name another one in AIOS_S3_URL.', error);
    throw error;
  }
}

/** Throws where the bucket can't be reached. */
export async function pingBucket({ address, ask }: S3Connection): Promise<void> {
  await ask((client) => statusOf(client, address.bucket));
}
