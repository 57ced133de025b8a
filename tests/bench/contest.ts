import { Agent, request } from 'node:http';

/** What one contestant did in one round. Times are ms. */
export interface Result {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

/**
 * One round of all contestants, each under the same load by itself. With one connection they take turns request by
 * request, with more of them slice by slice, each time in another order, so that what disturbs the machine disturbs all.
 */
export async function playRound(
  addresses: readonly string[], body: string, options: { readonly connections: number; readonly seconds: number; readonly round: number },
): Promise<readonly Result[]> {
  const { connections, seconds, round } = options;
  const agent = new Agent({ keepAlive: true });
  const order = addresses.map((_, place) => (place + round) % addresses.length);
  if (round % 2 === 1) order.reverse();
  const times: number[][] = addresses.map(() => []);
  const elapsed = addresses.map(() => 0);
  const ask = async (contestant: number) => { times[contestant]!.push(await post(agent, addresses[contestant]!, body)); };
  try {
    if (connections === 1) {
      const until = performance.now() + seconds * 1_000 * addresses.length;
      while (performance.now() < until) for (const contestant of order) await ask(contestant);
      times.forEach((own, contestant) => { elapsed[contestant] = own.reduce((sum, time) => sum + time, 0); });
    } else {
      for (const contestant of order) {
        const began = performance.now();
        const until = began + seconds * 1_000;
        await Promise.all(Array.from({ length: connections }, async () => { while (performance.now() < until) await ask(contestant); }));
        elapsed[contestant] = performance.now() - began;
      }
    }
  } finally {
    agent.destroy();
  }
  return times.map((own, contestant) => ({
    p50: quantile(own, 0.5), p99: quantile(own, 0.99), perSecond: (own.length / elapsed[contestant]!) * 1_000,
  }));
}

/** The value below which that part of the values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

/** How long the answer took, to its last byte. Throws when it is not a 2xx. */
function post(agent: Agent, address: string, body: string): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(address, {
      method: 'POST', agent, timeout: 60_000, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    }, (answer) => {
      answer.resume();
      answer.on('error', reject);
      answer.on('end', () => {
        if (answer.statusCode! < 300) resolve(performance.now() - began);
        else reject(new Error(`${address} answered ${answer.statusCode}`));
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${address} did not answer within a minute`)));
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The server closed a connection that had been idle for as long as it allows, just as it was used again.
      if (outgoing.reusedSocket && error.code === 'ECONNRESET') post(agent, address, body).then(resolve, reject);
      else reject(error);
    });
    outgoing.end(body);
  });
}
