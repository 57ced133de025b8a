import { parseArgs } from 'node:util';
import { Pool } from 'undici';

// One run of load in a process of its own: each connection asks again as soon as it was answered. Prints one line of JSON, times in ms.
const { values } = parseArgs({
  options: {
    url: { type: 'string' }, connections: { type: 'string' }, seconds: { type: 'string' }, requests: { type: 'string', default: '0' },
    headers: { type: 'string', default: '{}' }, body: { type: 'string' }, stream: { type: 'boolean', default: false },
  },
});
const url = new URL(values.url!);
const [connections, seconds, requests] = [Number(values.connections), Number(values.seconds), Number(values.requests)];
const pool = new Pool(url.origin, { connections, pipelining: 1 });
const headers = { 'content-type': 'application/json', ...JSON.parse(values.headers) as Record<string, string> };
const [totals, firsts]: [number[], number[]] = [[], []];

async function ask(): Promise<void> {
  const began = performance.now();
  const { statusCode, body } = await pool.request({ method: 'POST', path: url.pathname, headers, body: values.body! });
  if (!values.stream) {
    const text = await body.text();
    totals.push(performance.now() - began);
    if (statusCode !== 200) throw new Error(`${url.href}: ${statusCode} ${text.slice(0, 300)}`);
    return;
  }
  let text = '';
  for await (const piece of body) {
    if (text === '') firsts.push(performance.now() - began);
    text += (piece as Buffer).toString('latin1');
  }
  totals.push(performance.now() - began);
  if (statusCode !== 200 || !text.includes('data: [DONE]')) throw new Error(`${url.href}: ${statusCode} ${text.slice(-300)}`);
}

const began = performance.now();
const until = began + seconds * 1_000;
let left = requests > 0 ? requests : Infinity;
await Promise.all(Array.from({ length: connections }, async () => {
  while (left > 0 && (requests > 0 || performance.now() < until)) {
    left -= 1;
    await ask();
  }
}));
const took = (performance.now() - began) / 1_000;
await pool.close();
const at = (sorted: readonly number[], share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
const summary = (list: number[]) => {
  list.sort((a, b) => a - b);
  return { p50: at(list, 0.5), p99: at(list, 0.99) };
};
console.log(JSON.stringify({ perSecond: totals.length / took, total: summary(totals), first: summary(firsts) }));
