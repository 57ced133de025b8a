import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../agent-runtime/dist/main.js', import.meta.url));

/** A runtime that runs, as its users start it. */
export interface RuntimeProcess {
  readonly url: string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built runtime and waits until it takes work. Throws with its output when it ends before that. */
export async function startRuntime(environment: Readonly<Record<string, string>>): Promise<RuntimeProcess> {
  const child = spawn(process.execPath, [main], { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const exit = once(child, 'exit');
  const port = await new Promise<number>((resolve, reject) => {
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => {
      output.push(`${line}\n`);
      if (output.length > 200) output.shift();
      if (line.includes('"event":"ready"')) resolve((JSON.parse(line) as { port: number }).port);
    });
    lines.on('close', () => reject(new Error(`The runtime ended before it was ready:\n${output.join('')}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exit as [number | null];
      return code;
    },
  };
}
