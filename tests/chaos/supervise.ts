import { setTimeout as pause } from 'node:timers/promises';
import { EndedEarly, startRuntime, type RuntimeProcess } from '../crash/runtime-process.ts';

const AGAIN_AFTER_MS = 300;
/** Of a runtime that may do better when it is started again, and the setting that it then names. */
const EXIT_FAILURE = 1;
const ITS_RECORDS = /\(AIOS_POSTGRES_URL\)/;

/** One process of the runtime through all its lives, started again as a supervisor does. */
export interface Supervised {
  readonly name: string;
  /** `worker-1.3`: its third life. */
  life(): string;
  /** Null: it is down. */
  pid(): number | null;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Resolves when it takes work, after as many tries as that needs. */
  start(): Promise<void>;
  /** SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Lives that ended by themselves although they had been ready, with their last words. */
  readonly crashes: readonly string[];
  /** Starts that were given up because a store could not be reached. */
  refusedStarts(): number;
  /** Lives that were killed, each with when. */
  readonly killed: ReadonlyMap<string, number>;
}

export interface SupervisedOptions {
  readonly name: string;
  readonly environment: (life: string) => Readonly<Record<string, string>>;
  /** Told where it listens. */
  readonly onReady: (port: number) => void;
  readonly onLine: (line: string) => void;
}

export function supervise({ name, environment, onReady, onLine }: SupervisedOptions): Supervised {
  let lives = 0;
  let refused = 0;
  let current: RuntimeProcess | null = null;
  let ending = new AbortController();
  const crashes: string[] = [];
  const killed = new Map<string, number>();
  const life = () => `${name}.${lives}`;

  async function start(): Promise<void> {
    const mine = ending = new AbortController();
    while (!mine.signal.aborted) {
      lives += 1;
      onLine(`--- ${life()} starts`);
      try {
        const started = current = await startRuntime(environment(life()), { onLine, signal: mine.signal });
        onReady(Number(new URL(started.url).port));
        void started.exited.then((code) => {
          if (mine.signal.aborted) return;
          crashes.push(`${life()} ended with exit code ${code}:\n${started.output().split('\n').slice(-5).join('\n')}`);
          current = null;
          start().catch(() => undefined);
        });
        return;
      } catch (error) {
        if (mine.signal.aborted) return;
        // Without its records it does not start, and says so; anything else is a fault of its own.
        if (error instanceof EndedEarly && error.exitCode === EXIT_FAILURE && ITS_RECORDS.test(error.message)) refused += 1;
        else crashes.push(`${life()}: ${String(error).slice(0, 2_000)}`);
        await pause(AGAIN_AFTER_MS);
      }
    }
  }

  return {
    name, life, start, crashes, killed,
    pid: () => current?.pid ?? null,
    refusedStarts: () => refused,
    async kill() {
      ending.abort();
      killed.set(life(), Date.now());
      await current?.kill();
      current = null;
    },
    async stop() {
      ending.abort();
      const code = await current?.stop() ?? null;
      current = null;
      return code;
    },
  };
}
