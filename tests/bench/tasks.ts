import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { fillHistory } from '../contract/history.ts';
import { startPostgres } from '../servers/start-postgres.ts';
import { startRabbitmq } from '../servers/start-rabbitmq.ts';
import { startRedis } from '../servers/start-redis.ts';
import { startProgram } from './start-program.ts';
import type { Servers } from './tasks/contestant.ts';
import { runtimeEnvironment } from './tasks/runtime.ts';

// Accept to finish of a task, beside pg-boss on the same Postgres and BullMQ on the same Redis, in one run.
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '3' }, rounds: { type: 'string', default: '3' }, quick: { type: 'boolean', default: false }, history: { type: 'string' } },
});
const [seconds, rounds] = values.quick ? [1, 1] : [Number(values.seconds), Number(values.rounds)];
const histories = (values.history ?? (values.quick ? '1000,20000' : '1000,100000,1000000')).split(',').map(Number);
const NAMES = ['postgres + rabbitmq', 'postgres alone', 'pg-boss', 'bullmq'] as const;
type Name = typeof NAMES[number];
interface Result { readonly perSecond: number; readonly p50: number; readonly p99: number; readonly cpuUs: number }

const here = (path: string) => join(import.meta.dirname, path);
const run = promisify(execFile);
const closers: (() => Promise<void>)[] = [];
const missed: string[] = [];
const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
const typical = (results: readonly Result[]): Result => ({
  perSecond: median(results.map(({ perSecond }) => perSecond)), p50: median(results.map(({ p50 }) => p50)),
  p99: median(results.map(({ p99 }) => p99)), cpuUs: median(results.map(({ cpuUs }) => cpuUs)),
});

async function measure(name: Name, servers: Servers, options: { readonly inFlight: number; readonly modelCalls: number; readonly role?: string }): Promise<Result> {
  const { stdout } = await run(process.execPath, [
    '--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', here('tasks/contestant.ts'), '--name', name, '--servers', JSON.stringify(servers),
    '--inFlight', String(options.inFlight), '--seconds', String(seconds), '--modelCalls', String(options.modelCalls), '--role', options.role ?? 'all',
  ]);
  return JSON.parse(stdout) as Result;
}

function row(...cells: readonly string[]): void {
  console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(26) : cell.padStart(12))).join(''));
}

function show(name: string, { perSecond, p50, p99, cpuUs }: Result): void {
  row(name, perSecond.toFixed(0), p50.toFixed(1), p99.toFixed(1), cpuUs.toFixed(0));
}

function target(text: string, met: boolean): void {
  if (!met) missed.push(text);
  console.log(`  ${met ? 'met   ' : 'MISSED'} ${text}`);
}

try {
  const [postgres, redis, rabbitmq, model] = await Promise.all([
    startPostgres(), startRedis(), startRabbitmq(), startProgram(here('gateway/upstream.ts'), [], {}),
  ]);
  closers.push(() => postgres.stop(), () => redis.stop(), () => rabbitmq.stop(), () => model.stop());
  const shared = { redis: redis.url, rabbitmq: rabbitmq.url, model: `http://127.0.0.1:${String(model.ready.port)}` };
  const serversOf = async (): Promise<Servers> => ({ ...shared, postgres: await postgres.createDatabase() });
  const [ours, theirs] = [await serversOf(), await serversOf()];
  const placeOf = (name: Name) => (name === 'pg-boss' ? theirs : ours);

  for (const modelCalls of [0, 2]) {
    for (const inFlight of [1, 10, 100]) {
      const results = new Map<Name, Result[]>(NAMES.map((name) => [name, []]));
      // Round by round, so that whatever disturbs the machine disturbs all of them.
      for (let round = 0; round < rounds; round += 1) for (const name of NAMES) results.get(name)!.push(await measure(name, placeOf(name), { inFlight, modelCalls }));
      console.log(`\n${modelCalls === 0 ? 'an empty task' : `a task with ${modelCalls} model calls`}, ${inFlight} in flight, median of ${rounds} rounds of ${seconds} s`);
      row('', 'tasks/s', 'p50 ms', 'p99 ms', 'CPU µs');
      const medians = new Map([...results].map(([name, list]) => [name, typical(list)]));
      for (const [name, result] of medians) show(name, result);
      const [mine, boss, bull] = [medians.get('postgres + rabbitmq')!, medians.get('pg-boss')!, medians.get('bullmq')!];
      console.log(`to pg-boss: tasks/s ${(mine.perSecond / boss.perSecond).toFixed(2)}, p50 ${(mine.p50 / boss.p50).toFixed(2)}; to bullmq: tasks/s ${(mine.perSecond / bull.perSecond).toFixed(2)}`);
      target(`at least pg-boss's throughput (${(mine.perSecond / boss.perSecond).toFixed(2)})`, mine.perSecond >= boss.perSecond);
    }
  }

  console.log('\nan empty task, 100 in flight, by workers (the API in a process of its own)');
  row('', 'tasks/s', 'p50 ms', 'p99 ms', 'CPU µs');
  for (const workers of [1, 2, 4]) {
    const programs = await Promise.all(Array.from({ length: workers }, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'aios-bench-worker-'));
      const program = await startProgram(here('../../agent-runtime/dist/main.js'), [], { ...runtimeEnvironment(ours, 'rabbitmq'), AIOS_DATA_DIR: folder, AIOS_ROLE: 'worker' });
      return { stop: () => program.stop().then(() => rm(folder, { recursive: true, force: true })) };
    }));
    closers.push(...programs.map(({ stop }) => stop));
    show(`${workers} worker${workers === 1 ? '' : 's'}`, await measure('postgres + rabbitmq', ours, { inFlight: 100, modelCalls: 0, role: 'api' }));
    await Promise.all(programs.map(({ stop }) => stop()));
    closers.splice(-workers);
  }

  console.log('\nan empty task, 10 in flight, by finished tasks in the records');
  row('', 'tasks/s', 'p50 ms', 'p99 ms', 'CPU µs');
  const grown: { readonly servers: Servers; readonly count: number; readonly results: Result[] }[] = [];
  for (const count of histories) {
    const servers = await serversOf();
    await measure('postgres + rabbitmq', servers, { inFlight: 1, modelCalls: 0 }); // makes the tables
    await fillHistory(servers.postgres, count, Date.now() - 3_600_000);
    grown.push({ servers, count, results: [] });
  }
  for (let round = 0; round < Math.max(3, rounds); round += 1) for (const one of grown) one.results.push(await measure('postgres + rabbitmq', one.servers, { inFlight: 10, modelCalls: 0 }));
  for (const { count, results } of grown) show(`${count.toLocaleString('en')} finished`, typical(results));
  const [least, most] = [typical(grown[0]!.results), typical(grown.at(-1)!.results)];
  const ratio = most.cpuUs / least.cpuUs;
  target(`no growth of a task's cost with history (CPU ${ratio.toFixed(2)}, tasks/s ${(most.perSecond / least.perSecond).toFixed(2)})`, ratio <= 1.1 && most.perSecond >= 0.85 * least.perSecond);
  if (missed.length > 0) {
    console.log(`\n${missed.length} MISSED:\n${missed.map((text) => `  ${text}`).join('\n')}`);
    process.exitCode = 1;
  }
} finally {
  for (const close of closers.reverse()) await close();
}
