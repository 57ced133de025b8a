import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { startPeer } from './gateway/peer.ts';
import { startProgram } from './start-program.ts';

// What the runtime's OpenAI endpoint adds to a call, beside Portkey's gateway, in one run on one upstream.
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '5' }, connections: { type: 'string', default: '1,10,50' },
    soak: { type: 'string', default: '100000' },
  },
});
const [seconds, rounds, soakRequests] = [Number(values.seconds), Number(values.rounds), Number(values.soak)];
const run = promisify(execFile);
const here = (path: string) => join(import.meta.dirname, path);
const apiKey = 'key-of-the-benchmark-0123456789';
const messages = [
  { role: 'system', content: 'You answer in one sentence.' },
  { role: 'user', content: 'Which queue survives a crash of its consumer, and why?' },
];
const closers: (() => Promise<void>)[] = [];

interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
  readonly pid: number | null;
}
interface Times { readonly p50: number; readonly p99: number }
interface Result { readonly perSecond: number; readonly total: Times; readonly first: Times }

async function measure({ url, headers, model }: Contestant, stream: boolean, connections: number, limit: { seconds: number; requests?: number }): Promise<Result> {
  const body = JSON.stringify({ model, max_tokens: 256, messages, ...(stream ? { stream: true } : {}) });
  const { stdout } = await run(process.execPath, [
    '--disable-warning=ExperimentalWarning', here('gateway/client.ts'), '--url', url, '--connections', String(connections), '--seconds', String(limit.seconds),
    '--requests', String(limit.requests ?? 0), '--headers', JSON.stringify(headers), '--body', body, ...(stream ? ['--stream'] : []),
  ]);
  return JSON.parse(stdout) as Result;
}

function megabytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
}

function typical(results: readonly Result[]): Result {
  const times = (pick: (result: Result) => Times): Times => ({ p50: median(results.map((one) => pick(one).p50)), p99: median(results.map((one) => pick(one).p99)) });
  return { perSecond: median(results.map(({ perSecond }) => perSecond)), total: times(({ total }) => total), first: times(({ first }) => first) };
}

function row(...cells: string[]): void {
  console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(20) : cell.padStart(12))).join(''));
}

const missed: string[] = [];
function target(text: string, met: boolean): void {
  if (!met) missed.push(text);
  console.log(`  ${met ? 'met   ' : 'MISSED'} ${text}`);
}

try {
  const folder = await mkdtemp(join(tmpdir(), 'aios-gateway-bench-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const upstream = await startProgram(here('gateway/upstream.ts'), [], {});
  closers.push(() => upstream.stop());
  const upstreamUrl = `http://127.0.0.1:${String(upstream.ready.port)}/v1`;
  const peer = await startPeer();
  closers.push(() => peer.stop());
  const routerFile = join(folder, 'router.yaml');
  await writeFile(routerFile, JSON.stringify({
    endpoints: { bench: { provider: 'openai-compatible', baseUrl: upstreamUrl, location: 'us' } },
    models: [{ endpoint: 'bench', model: 'bench-model', contextWindow: 128_000, maxOutputTokens: 4_096, price: { inputPerMillion: 0.5, outputPerMillion: 1.5 } }],
    budgets: [
      { id: 'all', subject: 'organisation', period: 'day', limitUsd: 100_000, mode: 'hard' },
      { id: 'keys', subject: 'key', period: 'month', limitUsd: 100_000, mode: 'hard' },
    ],
  }));
  const runtime = await startProgram(here('../../agent-runtime/dist/main.js'), [], {
    AIOS_PORT: '0', AIOS_DATA_DIR: join(folder, 'data'), AIOS_API_KEYS: `bench:${apiKey}`, AIOS_ROUTER_CONFIG: routerFile,
  });
  closers.push(() => runtime.stop());

  const contestants: readonly [Contestant, Contestant, Contestant] = [
    { name: 'direct', url: `${upstreamUrl}/chat/completions`, headers: {}, model: 'bench-model', pid: null },
    {
      name: 'portkey 1.15.2', url: `${peer.origin}/v1/chat/completions`, model: 'bench-model', pid: peer.pid,
      headers: { authorization: 'Bearer none', 'x-portkey-provider': 'openai', 'x-portkey-custom-host': upstreamUrl },
    },
    {
      name: 'runtime', url: `http://127.0.0.1:${String(runtime.ready.port)}/v1/chat/completions`, model: 'bench/bench-model', pid: runtime.pid,
      headers: { authorization: `Bearer ${apiKey}` },
    },
  ];
  console.log('on in the runtime: API key, two hard budgets, privacy scan, decision record and ledger');
  for (const contestant of contestants) for (const stream of [false, true]) await measure(contestant, stream, 10, { seconds: 3 });

  for (const stream of [false, true]) {
    for (const connections of values.connections.split(',').map(Number)) {
      const results: Result[][] = contestants.map(() => []);
      // Round by round, so that whatever disturbs the machine disturbs all of them.
      for (let round = 0; round < rounds; round += 1) {
        for (const [index, contestant] of contestants.entries()) results[index]!.push(await measure(contestant, stream, connections, { seconds }));
      }
      const [direct, portkey, ours] = results.map(typical) as [Result, Result, Result];
      const added = (result: Result, pick: (result: Result) => Times, which: keyof Times) => pick(result)[which] - pick(direct)[which];
      console.log(`\n${stream ? 'SSE' : 'JSON'}, ${connections} connection${connections === 1 ? '' : 's'}, median of ${rounds} rounds of ${seconds} s`);
      row('', 'p50 ms', 'p99 ms', 'added p50', 'added p99', 'first byte', 'req/s', 'RSS MB');
      [direct, portkey, ours].forEach((result, index) => row(
        contestants[index]!.name, result.total.p50.toFixed(2), result.total.p99.toFixed(2), added(result, ({ total }) => total, 'p50').toFixed(2),
        added(result, ({ total }) => total, 'p99').toFixed(2), stream ? result.first.p50.toFixed(2) : '', result.perSecond.toFixed(0),
        contestants[index]!.pid === null ? '' : megabytes(contestants[index]!.pid).toFixed(0),
      ));
      const ratio = added(ours, ({ total }) => total, 'p50') / added(portkey, ({ total }) => total, 'p50');
      console.log(`runtime to portkey: added p50 ${ratio.toFixed(2)}, added p99 `
        + `${(added(ours, ({ total }) => total, 'p99') / added(portkey, ({ total }) => total, 'p99')).toFixed(2)}, req/s ${(ours.perSecond / portkey.perSecond).toFixed(2)}`);
      target(`at most half of portkey's added p50 (${ratio.toFixed(2)})`, ratio <= 0.5);
      if (connections === 50 && !stream) {
        target(`at least three times portkey's requests/s (${(ours.perSecond / portkey.perSecond).toFixed(2)})`, ours.perSecond >= 3 * portkey.perSecond);
      }
      if (connections === 1 && stream) {
        const late = ours.first.p50 - direct.first.p50;
        target(`first SSE byte within 1 ms of direct (${late.toFixed(2)} ms)`, late <= 1);
      }
    }
  }
  if (soakRequests > 0) await soak(contestants[2]);
  if (missed.length > 0) {
    console.log(`\n${missed.length} MISSED:\n${missed.map((text) => `  ${text}`).join('\n')}`);
    process.exitCode = 1;
  }
} finally {
  for (const close of closers.reverse()) await close();
}

/** Memory over many requests: the second half may not grow by more than what a collector leaves between two runs. */
async function soak(ours: Contestant): Promise<void> {
  const sizes: number[] = [];
  for (let part = 0; part < 10; part += 1) {
    await measure(ours, false, 50, { seconds: 600, requests: soakRequests / 10 });
    sizes.push(megabytes(ours.pid!));
  }
  const growth = Math.max(...sizes.slice(5)) - Math.max(...sizes.slice(0, 5));
  console.log(`\nRSS over ${soakRequests} requests at 50 connections, MB: ${sizes.map((size) => size.toFixed(0)).join(' ')}`);
  target(`RSS stays flat (${growth.toFixed(0)} MB more at the most in the second half)`, growth <= 20);
}
