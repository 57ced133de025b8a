import type { DatabaseSync } from 'node:sqlite';
import { AiosError } from '../../../errors.ts';
import { isBusy, storeError } from '../../sqlite/store-error.ts';

const LONGEST_WAIT_MS = 5_000;
const PAUSE_MS = 1;
/** How long a write that nobody waits for waits for company. */
const COMPANY_MS = 5;

/** Commits what is written in one turn of the event loop together. */
export interface WriteGroup {
  /** Runs `work` inside the next transaction; resolves once that is committed. Throws `store_unavailable`. */
  write<Result>(work: () => Result): Promise<Result>;
  /** The same for what is in no hurry: it shares the transaction of the next write, or has its own a few ms later. */
  writeSoon<Result>(work: () => Result): Promise<Result>;
  /** Commits what is waiting at once, so that it can be read; does nothing while another process writes. */
  commitNow(): void;
  /** Throws `store_unavailable` once it is closed. */
  refuseClosed(): void;
  /** Commits what is waiting; what comes afterwards is refused. */
  close(): Promise<void>;
}

export interface WriteGroupOptions {
  readonly database: DatabaseSync;
  /** Called in the transaction, before the first `work`. */
  readonly begin: () => void;
  /** Called in the transaction, after the last one. */
  readonly end: () => void;
}

interface Write {
  readonly work: () => unknown;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
  result: unknown;
}

/** Another process that writes is waited for without blocking the event loop: the database must have no busy timeout. */
export function createWriteGroup({ database, begin, end }: WriteGroupOptions): WriteGroup {
  const statements = { begin: database.prepare('BEGIN IMMEDIATE'), commit: database.prepare('COMMIT') };
  let waiting: Write[] = [];
  let busySince: number | null = null;
  let closed = false;
  let company: NodeJS.Timeout | undefined;
  /** A turn is on its way. */
  let due = false;

  function turn(): void {
    due = false;
    clearTimeout(company);
    company = undefined;
    if (waiting.length === 0) return;
    try {
      statements.begin.run();
    } catch (error) {
      const now = performance.now();
      busySince ??= now;
      if (isBusy(error) && now - busySince < LONGEST_WAIT_MS) later(() => setTimeout(turn, PAUSE_MS));
      else fail(take(), error);
      return;
    }
    const writes = take();
    try {
      begin();
      for (const write of writes) write.result = write.work();
      end();
      statements.commit.run();
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (database.isTransaction) database.exec('ROLLBACK');
      fail(writes, error);
      return;
    }
    for (const write of writes) write.resolve(write.result as never);
  }

  function take(): readonly Write[] {
    const writes = waiting;
    waiting = [];
    busySince = null;
    return writes;
  }

  function fail(writes: readonly Write[], error: unknown): void {
    for (const write of writes) write.reject(storeError(error));
  }

  function later(schedule: () => unknown): void {
    due = true;
    schedule();
  }

  function add<Result>(work: () => Result, soon = false): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      waiting.push({ work, resolve, reject, result: undefined });
      if (due) return;
      if (soon) company ??= setTimeout(turn, COMPANY_MS);
      else later(() => setImmediate(turn));
    });
  }

  function refuseClosed(): void {
    if (closed) throw new AiosError('store_unavailable', 'The store is closed: the runtime is shutting down. Try again.');
  }

  async function open<Result>(work: () => Result, soon: boolean): Promise<Result> {
    refuseClosed();
    return add(work, soon);
  }

  return {
    write: (work) => open(work, false),
    writeSoon: (work) => open(work, true),
    refuseClosed,
    commitNow() {
      if (waiting.length > 0 && busySince === null) turn();
    },
    async close() {
      if (closed) return;
      closed = true;
      if (waiting.length > 0) await add(() => undefined).catch(() => undefined); // told to those who wait
    },
  };
}
