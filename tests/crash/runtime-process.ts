import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../agent-runtime/dist/main.js', import.meta.url));
const KEPT_LINES = 200;

/** A runtime that runs, as its users start it. */
export interface RuntimeProcess {
  readonly url: string;
  readonly pid: number;
  /** Resolves with the exit code once it is gone, however it ends; null: by a signal. */
  readonly exited: Promise<number | null>;
  /** The last lines that it wrote. */
  output(): string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface RuntimeProcessOptions {
  /** Told of each line of its log. */
  readonly onLine?: (line: string) => void;
  /** Ends the wait for it, and the process with it. */
  readonly signal?: AbortSignal;
}

/** It ended before it took work. */
export class EndedEarly extends Error {
  readonly exitCode: number | null;

  constructor(exitCode: number | null, output: string) {
    super(`The runtime ended with exit code ${exitCode} before it was ready:\n${output}`);
    this.exitCode = exitCode;
  }
}

/** Starts the built runtime and waits until it takes work. Throws with its output when it ends before that. */
export async function startRuntime(environment: Readonly<Record<string, string>>, { onLine, signal }: RuntimeProcessOptions = {}): Promise<RuntimeProcess> {
  // On Linux it dies with whoever started it, however that ends.
  const [program, before] = process.platform === 'linux' ? ['setpriv', ['--pdeathsig', 'KILL', process.execPath]] : [process.execPath, []];
  const child = spawn(program, [...before, main], { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const say = (line: string) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    onLine?.(line);
  };
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  createInterface(child.stderr).on('line', say);
  const output = createInterface(child.stdout);
  const giveUp = () => void kill();
  const port = await new Promise<number>((resolve, reject) => {
    signal?.addEventListener('abort', giveUp, { once: true });
    output.on('line', (line) => {
      say(line);
      if (line.includes('"event":"ready"')) resolve((JSON.parse(line) as { port: number }).port);
    });
    output.on('close', () => void exited.then((code) => reject(new EndedEarly(code, lines.join('\n')))));
  });
  signal?.removeEventListener('abort', giveUp);
  return {
    url: `http://127.0.0.1:${port}`, pid: child.pid!, exited, kill,
    output: () => lines.join('\n'),
    async stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
