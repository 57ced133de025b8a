import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { storeError } from './store-error.ts';

export interface WriteStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export interface WriteOrder {
  readonly id: number;
  readonly statements: readonly WriteStatement[];
  readonly expected: number;
}

export type WriteAnswer =
  | { readonly id: number; readonly written: boolean }
  | { readonly id: number; readonly error: { readonly message: string; readonly errcode: number | undefined } };

/** Writes to a SQLite file in a thread of its own, so that neither its commits nor its checkpoints stop the event loop. */
export interface BackgroundWriter {
  /** Runs the statements in one transaction. False: other than `expected` rows would have changed, so none was. */
  write(statements: readonly WriteStatement[], expected: number): Promise<boolean>;
  /** Writes what is on its way first. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (written: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** The thread is started by the first write. The database must be in WAL mode. */
export function createBackgroundWriter(file: string): BackgroundWriter {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let count = 0;

  function start(): Worker {
    const worker = new Worker(new URL(`./write-thread${extname(import.meta.url)}`, import.meta.url), { workerData: file, execArgv: [] });
    worker.unref();
    worker.on('message', (answer: WriteAnswer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) worker.unref();
      if ('error' in answer) asked?.reject(storeError(Object.assign(new Error(answer.error.message), { errcode: answer.error.errcode })));
      else asked?.resolve(answer.written);
    });
    worker.on('error', (error) => fail(worker, error));
    worker.on('exit', () => fail(worker, new Error('The thread that writes to the database has ended.')));
    return worker;
  }

  /** The next write starts another thread. */
  function fail(worker: Worker, error: unknown): void {
    if (thread !== worker) return;
    thread = undefined;
    const asked = [...waiting.values()];
    waiting.clear();
    for (const { reject } of asked) reject(storeError(error));
  }

  return {
    write(statements, expected) {
      thread ??= start();
      const order: WriteOrder = { id: count++, statements, expected };
      return new Promise((resolve, reject) => {
        waiting.set(order.id, { resolve, reject });
        thread!.ref();
        thread!.postMessage(order);
      });
    },
    async close() {
      const worker = thread;
      if (!worker) return;
      await new Promise<void>((resolve) => {
        worker.once('exit', () => resolve());
        worker.ref();
        worker.postMessage('close');
      });
    },
  };
}
