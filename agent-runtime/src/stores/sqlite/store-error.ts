import { AiosError } from '../../errors.ts';

const BUSY = 5;

/** SQLite's primary result codes that say "the world was not ready", with what to do about each. */
const ADVICE: Readonly<Record<number, string>> = {
  [BUSY]: 'another process holds the database for too long; look for a stuck process that uses the same data folder',
  6: 'a table is locked; try again',
  8: 'the database is read-only; check the permissions of the data folder',
  10: 'reading or writing the disk failed; check the disk of the data folder',
  13: 'the disk of the data folder is full; free some space',
  14: 'the database file cannot be opened; check AIOS_DATA_DIR and its permissions',
};
const FOLDER_CODES = new Set(['EACCES', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EEXIST', 'EPERM', 'EIO', 'EDQUOT']);

/** An error of SQLite or of its folder as `store_unavailable` where that is what it is; anything else as it was. */
export function storeError(error: unknown): unknown {
  const { message = '', code = '' } = error as { readonly message?: string; readonly code?: string };
  const advice = ADVICE[resultCode(error)];
  if (advice !== undefined) return new AiosError('store_unavailable', `SQLite: ${message}: ${advice}.`, { cause: error });
  if (FOLDER_CODES.has(code)) {
    return new AiosError('store_unavailable', `The data folder cannot be used: ${message}. Check AIOS_DATA_DIR.`, { cause: error });
  }
  return error;
}

/** Another connection holds the lock that was asked for. */
export function isBusy(error: unknown): boolean {
  return resultCode(error) === BUSY;
}

/** 0 where the error is not SQLite's. */
function resultCode(error: unknown): number {
  const code = (error as { readonly errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : 0;
}
