import { expect } from '@jest/globals';
import type { Artifacts } from '../../agent-runtime/src/stores/artifacts/artifacts.ts';
import { createS3Artifacts, type S3ArtifactsOptions } from '../../agent-runtime/src/stores/artifacts/s3.ts';

export const MIB = 1024 * 1024;
/** What no message may hold. */
export const SECRET = 'the-secret-that-nobody-may-see';
export const EXPIRY = { rules: [{ prefix: 'tasks/', afterDays: 30 }], replacedAfterDays: 7 };

const stores: Artifacts[] = [];

/** With keys that no server knows where none are given. */
export function openS3(url: string, options: Partial<S3ArtifactsOptions> = {}): Artifacts {
  const store = createS3Artifacts({ url, accessKey: 'key', secretKey: SECRET, publicUrl: null, expiry: EXPIRY, ...options });
  stores.push(store);
  return store;
}

/** After each test. */
export async function closeStores(): Promise<void> {
  await Promise.all(stores.splice(0).map((store) => store.close()));
}

/** What a call fails with, checked for the secret. */
export async function failureOf(call: Promise<unknown>): Promise<{ code: string; kind: string; message: string }> {
  const error = await call.then(() => { throw new Error('it did not fail'); }, (reason: unknown) => reason as Error & { code: string; kind: string });
  expect(`${error.message} ${error.stack} ${JSON.stringify(error.cause)} ${String((error.cause as Error | undefined)?.stack)}`).not.toContain(SECRET);
  return { code: error.code, kind: error.kind, message: error.message };
}

/** A failure that is the world's, with all of these in its message. */
export function unavailable(...words: string[]) {
  return { code: 'store_unavailable', kind: 'operational', message: expect.stringMatching(new RegExp(words.map((word) => `(?=.*${word})`).join(''), 's')) };
}
