import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Address of a module of the state folder, for child processes. */
export const moduleOf = (name: string) => new URL(`../../agent-runtime/src/stores/state/${name}.ts`, import.meta.url).href;

/** Runs a module's text in a process of its own, whose clock is that far ahead; `ended` has what it prints. */
export function runProgram(program: string, clockMs = 0) {
  const clock = `data:text/javascript,const now = Date.now; Date.now = () => now() %2B (${clockMs});`;
  const child = spawn(process.execPath, ['--no-warnings', '--import', clock, '--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (data: Buffer) => { printed += data.toString(); });
  return { child, ended: once(child, 'close').then(() => printed) };
}
