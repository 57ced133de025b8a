import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { AiosError, type ErrorCode, type FieldIssue } from '../../errors.ts';
import { openDatabase } from '../sqlite/open-database.ts';
import { storeError } from '../sqlite/store-error.ts';
import { loadDistance } from './vector-distance.ts';
import { createVectorSearch } from './vector-search.ts';
import { createVectorTables } from './vector-tables.ts';

/** The thread of the embedded driver: SQLite blocks, so it does it here. */

/** Whole rows of vectors fit on a page of this size, which makes a scan a third faster than SQLite's default. */
const PAGE_BYTES = 16_384;
/** SQLite's 2 MB hold little of an index of words, which is written all over. */
const CACHE_BYTES = 64 * 1024 * 1024;

type Tables = Omit<ReturnType<typeof createVectorTables>, 'all' | 'get' | 'spaceOf' | 'snapshot'>;
export type Methods = Tables & ReturnType<typeof createVectorSearch> & { ping(): true };
export type Method = keyof Methods;

export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly parameters: readonly unknown[];
}

export type Reply =
  | { readonly ready: true; readonly fallback: string | null }
  /** The thread ends. */
  | { readonly ready: false; readonly error: PortableError }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: PortableError };

export type PortableError = { readonly code: ErrorCode; readonly message: string; readonly issues?: readonly FieldIssue[] } | { readonly unknown: unknown };

const port = parentPort!;
const answer = (reply: Reply) => port.postMessage(reply);

try {
  await start((workerData as { readonly folder: string }).folder);
} catch (error) {
  answer({ ready: false, error: portable(error) });
  port.close();
}

async function start(folder: string): Promise<void> {
  const database = openDatabase(join(folder, 'vectors.db'), { pageBytes: PAGE_BYTES, allowExtension: true });
  database.exec(`PRAGMA cache_size = -${CACHE_BYTES / 1024}`);
  const fallback = await loadDistance(database);
  const tables = createVectorTables(database);
  const methods: Methods = { ...tables, ...createVectorSearch(tables), ping: () => Boolean(tables.get('SELECT 1')) as true };
  port.on('message', (call: Call | 'close') => {
    if (call === 'close') {
      database.close();
      port.close();
      return;
    }
    const { id, method, parameters } = call;
    try {
      answer({ id, result: (methods[method] as (...parameters: readonly unknown[]) => unknown)(...parameters) });
    } catch (error) {
      answer({ id, error: portable(error) });
    }
  });
  answer({ ready: true, fallback });
}

/** Errors lose their class on the way between threads. */
function portable(thrown: unknown): PortableError {
  const error = storeError(thrown);
  return error instanceof AiosError ? { code: error.code, message: error.message, issues: error.issues } : { unknown: error };
}
