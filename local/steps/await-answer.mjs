import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../failure.mjs';

/**
 * Asks an address until it answers with 200. Fails when the program behind it ends or takes too long.
 * @param {{ url: string, what: string, withinMs: number, program: ReturnType<import('../processes.mjs').Processes['start']> }} options
 */
export async function awaitAnswer({ url, what, withinMs, program }) {
  const until = Date.now() + withinMs;
  let exitCode;
  program.ended.then((code) => { exitCode = code ?? 'a signal'; });
  while (Date.now() < until) {
    if (exitCode !== undefined) {
      throw new Failure(`${what} ended (${exitCode}) before it was ready.`, 'See its output.', { log: program.log, tail: program.tail });
    }
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await pause(100);
  }
  throw new Failure(`${what} was not ready within ${withinMs / 1000} s.`, 'See its output; on a slow machine start again.', { log: program.log, tail: program.tail });
}
