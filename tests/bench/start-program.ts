import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program that says `{"event":"ready", …}` on a line of its output once it can be used. */
export interface Program {
  readonly pid: number;
  /** The line that said so. */
  readonly ready: Readonly<Record<string, unknown>>;
  readonly readyAfterMs: number;
  stop(): Promise<void>;
}

/** Starts a script on this Node with nothing but the given environment. Throws with its output when it ends early. */
export async function startProgram(script: string, parameters: readonly string[], environment: Readonly<Record<string, string>>): Promise<Program> {
  const began = performance.now();
  const child = spawn(process.execPath, [script, ...parameters], { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => { output.push(text); });
  const ready = await new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => {
      output.splice(0, Math.max(0, output.length - 100), line);
      if (line.includes('"event":"ready"')) resolve(JSON.parse(line) as Record<string, unknown>);
    });
    lines.on('close', () => reject(new Error(`${script} ended before it was ready:\n${output.join('\n')}`)));
  });
  const readyAfterMs = performance.now() - began;
  return {
    pid: child.pid!, ready, readyAfterMs,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}
