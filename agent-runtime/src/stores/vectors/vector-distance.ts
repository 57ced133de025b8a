import type { DatabaseSync } from 'node:sqlite';

/** The SQL function of two blobs of single-precision numbers. */
export const DISTANCE_FUNCTION = 'vec_distance_L2';

/**
 * Gives the database the Euclidean distance: sqlite-vec's, or where its native library is not to be had (musl, Windows on
 * ARM) one in JavaScript, about six times as slow. Answers with why, or null. The database must allow extensions, and no
 * longer does afterwards.
 */
export async function loadDistance(database: DatabaseSync): Promise<string | null> {
  try {
    const { load } = await import('sqlite-vec');
    load(database);
    return null;
  } catch (error) {
    database.function(DISTANCE_FUNCTION, { deterministic: true }, (left, right) => distance(left as Uint8Array, right as Uint8Array));
    return error instanceof Error ? error.message : String(error);
  } finally {
    database.enableLoadExtension(false);
  }
}

function distance(left: Uint8Array, right: Uint8Array): number {
  const a = new Float32Array(left.buffer, left.byteOffset, left.byteLength / 4);
  const b = new Float32Array(right.buffer, right.byteOffset, right.byteLength / 4);
  let sum = 0;
  for (let index = 0; index < a.length; index++) {
    const difference = a[index]! - b[index]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}
