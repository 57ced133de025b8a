import { Worker } from 'node:worker_threads';
import { AiosError } from '../../errors.ts';
import type { Call, Method, Methods, PortableError, Reply } from './embedded-worker.ts';

/** Calls what runs in the driver's thread. */
export interface EmbeddedThread {
  /** Buffers in `transfer` are no longer the caller's. */
  call<Name extends Method>(method: Name, parameters: Parameters<Methods[Name]>, transfer?: readonly ArrayBuffer[]): Promise<ReturnType<Methods[Name]>>;
  close(): Promise<void>;
}

export interface EmbeddedThreadOptions {
  readonly folder: string;
  warn(message: string): void;
}

interface Running {
  readonly worker: Worker;
  readonly ready: Promise<void>;
  readonly pending: Map<number, { resolve(result: unknown): void; reject(error: unknown): void }>;
}

/** Starts with the first call, and anew after a thread that ended; keeps the process alive only while it works. */
export function createEmbeddedThread({ folder, warn }: EmbeddedThreadOptions): EmbeddedThread {
  let running: Running | undefined;
  let calls = 0;
  let warned = false;
  let closed = false;

  function launch(): Running {
    const worker = new Worker(new URL(import.meta.url.replace(/embedded-thread(\.\w+)$/, 'embedded-worker$1')), {
      workerData: { folder }, execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const ready = Promise.withResolvers<void>();
    const launched: Running = { worker, ready: ready.promise, pending: new Map() };
    const fail = (error: unknown) => {
      if (running === launched) running = undefined;
      ready.reject(error);
      for (const { reject } of launched.pending.values()) reject(error);
      launched.pending.clear();
    };
    ready.promise.catch(() => undefined); // each call tells its own
    worker.on('message', (reply: Reply) => {
      if ('ready' in reply) {
        if (!reply.ready) return fail(errorOf(reply.error));
        if (reply.fallback !== null && !warned) {
          warned = true;
          warn(`sqlite-vec's native library cannot be loaded here, so vector searches run in JavaScript and take about six times as long: ${reply.fallback}`);
        }
        ready.resolve();
      } else {
        const call = launched.pending.get(reply.id);
        launched.pending.delete(reply.id);
        if (launched.pending.size === 0) worker.unref();
        if ('error' in reply) call?.reject(errorOf(reply.error));
        else call?.resolve(reply.result);
      }
    });
    worker.on('error', (error) => fail(new AiosError('store_unavailable', `The thread of the vector store failed: ${error.message}. Try again.`, { cause: error })));
    worker.on('exit', () => fail(closedError()));
    return launched;
  }

  return {
    async call(method, parameters, transfer = []) {
      if (closed) throw closedError();
      const { worker, ready, pending } = running ??= launch();
      const id = calls++;
      const answer = new Promise<unknown>((resolve, reject) => { pending.set(id, { resolve, reject }); });
      answer.catch(() => undefined); // when the start fails, that is the error
      worker.ref();
      await ready;
      worker.postMessage({ id, method, parameters } satisfies Call, [...transfer]);
      return await answer as Awaited<ReturnType<Methods[typeof method]>>;
    },
    async close() {
      if (closed) return;
      closed = true;
      if (!running) return;
      const { worker, ready } = running;
      worker.ref();
      const ended = new Promise<void>((resolve) => { worker.once('exit', () => resolve()); });
      // Behind the calls that were made before.
      await ready.then(() => worker.postMessage('close'), () => undefined);
      await ended;
    },
  };
}

function closedError(): AiosError {
  return new AiosError('store_unavailable', 'The vector store is closed: the runtime is shutting down. Try again.');
}

function errorOf(error: PortableError): unknown {
  return 'unknown' in error ? error.unknown : new AiosError(error.code, error.message, { issues: error.issues });
}
