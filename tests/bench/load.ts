import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const run = promisify(execFile);
const autocannon = createRequire(import.meta.url).resolve('autocannon');

export interface Load {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

/** Posts to an address for some seconds from a process of its own. Times are ms. Throws when any answer was not a 2xx. */
export async function load(url: string, body: unknown, connections: number, seconds: number): Promise<Load> {
  const { stdout } = await run(process.execPath, [
    autocannon, '--json', '--no-progress', '--connections', String(connections), '--duration', String(seconds), '--timeout', '60',
    '--method', 'POST', '--headers', 'content-type=application/json', '--body', JSON.stringify(body), url,
  ], { maxBuffer: 16e6 });
  const result = JSON.parse(stdout) as {
    latency: { p50: number; p99: number }; requests: { total: number }; duration: number; non2xx: number; errors: number; timeouts: number;
  };
  if (result.non2xx + result.errors + result.timeouts > 0 || result.requests.total === 0) {
    throw new Error(`${url}: ${result.requests.total} answers, ${result.non2xx} of them not 2xx, ${result.errors} errors, ${result.timeouts} timeouts`);
  }
  return { p50: result.latency.p50, p99: result.latency.p99, perSecond: result.requests.total / result.duration };
}

/** The median round by its p50, so that one disturbed round does not count. */
export function typical(rounds: readonly Load[]): Load {
  const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return {
    p50: middle(rounds.map((round) => round.p50)), p99: middle(rounds.map((round) => round.p99)), perSecond: middle(rounds.map((round) => round.perSecond)),
  };
}
