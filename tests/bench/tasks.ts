import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fillHistory } from '../contract/history.ts';
import { startPostgres } from '../servers/start-postgres.ts';
import { startRabbitmq } from '../servers/start-rabbitmq.ts';
import { startRedis } from '../servers/start-redis.ts';
import { startProgram } from './start-program.ts';
import type { Servers } from './tasks/contestant.ts';
import { startPlayer, type Player, type Result } from './tasks/player.ts';
import type { Load } from './tasks/process.ts';
import { allCpu, createReport, ratio, type Rounds } from './tasks/report.ts';

// Accept to finish of a task, beside pg-boss on the same Postgres and BullMQ on the same Redis, in one run.
const { values } = parseArgs({
  options: { seconds: { type: 'string' }, rounds: { type: 'string' }, history: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const usual = values.quick ? { seconds: '0.5', rounds: '2', history: '1000,20000' } : { seconds: '2', rounds: '5', history: '1000,100000,1000000' };
const { seconds, rounds, history } = { ...usual, ...values };
const [ms, roundCount, histories] = [Number(seconds) * 1_000, Number(rounds), history.split(',').map(Number)];

const OURS = 'postgres + rabbitmq';
const PEERS = ['pg-boss', 'bullmq'] as const;
const PEERS_BETWEEN_PROCESSES = ['pg-boss, NOTIFY', 'pg-boss, polling', 'bullmq'] as const;
const closers: (() => Promise<unknown>)[] = [];
const report = createReport();

/** Round by round and each time in another order, so that whatever disturbs the machine disturbs all. */
async function play(players: readonly Player[], load: Omit<Load, 'ms'>): Promise<Rounds> {
  const results = new Map<string, Result[]>(players.map(({ name }) => [name, []]));
  for (let round = 0; round < roundCount; round += 1) {
    for (let turn = 0; turn < players.length; turn += 1) {
      const player = players[(turn + round) % players.length]!;
      results.get(player.name)!.push(await player.play({ ...load, ms }));
    }
  }
  return results;
}

async function open(...starting: readonly Promise<Player>[]): Promise<readonly Player[]> {
  const players = await Promise.all(starting);
  closers.push(...players.map(({ stop }) => stop));
  return players;
}

async function close(players: readonly Player[]): Promise<void> {
  await Promise.all(players.map((player) => player.stop()));
}

/** Beside pg-boss as it did best, where it was tried in several ways. */
function throughput(played: Rounds, what: string): void {
  const others = [...played.keys()].filter((name) => !name.startsWith('postgres'));
  report.compare(played, OURS, others);
  const toBoss = Math.min(...others.filter((name) => name.startsWith('pg-boss')).map((name) => ratio(played, OURS, name, ({ perSecond }) => perSecond)));
  report.target(`at least pg-boss's throughput: ${what} (${toBoss.toFixed(2)})`, toBoss >= 1);
}

async function inOneProcess(newServers: () => Promise<Servers>): Promise<void> {
  const players = await open(...([OURS, 'postgres alone', ...PEERS] as const).map(async (name) => startPlayer(name, await newServers())));
  for (const modelCalls of [0, 2]) {
    for (const inFlight of [1, 10, 100]) {
      const played = await play(players, { inFlight, modelCalls });
      const what = `${modelCalls === 0 ? 'an empty task' : `a task with ${modelCalls} model calls`}, ${inFlight} in flight`;
      report.show(`${what}, one process`, played);
      throughput(played, what);
    }
  }
  await close(players);
}

async function byWorkers(newServers: () => Promise<Servers>): Promise<void> {
  const players = await open(...([OURS, ...PEERS_BETWEEN_PROCESSES] as const).map(async (name) => startPlayer(name, await newServers(), { role: 'submitter' })));
  let workers = 0;
  for (const wanted of [1, 2, 4]) {
    for (; workers < wanted; workers += 1) await Promise.all(players.map((player) => player.addWorker()));
    const played = await play(players, { inFlight: 100, modelCalls: 0 });
    const what = `an empty task, 100 in flight, ${workers} worker process${workers === 1 ? '' : 'es'} beside the one that submits`;
    report.show(what, played);
    throughput(played, what);
  }
  await close(players);
}

async function byHistory(newServers: () => Promise<Servers>): Promise<void> {
  const title = (count: number) => `${count.toLocaleString('en')} finished`;
  const players: Player[] = [];
  for (const count of histories) {
    const servers = await newServers();
    const [maker] = await open(startPlayer(OURS, servers)); // makes the tables
    await maker!.stop();
    await fillHistory(servers.postgres, count, Date.now() - 3_600_000);
    players.push(...await open(startPlayer(OURS, servers, { title: title(count) })));
  }
  const played = await play(players, { inFlight: 10, modelCalls: 0 });
  report.show('an empty task, 10 in flight, by finished tasks in the records', played);
  const [least, most] = [title(histories[0]!), title(histories.at(-1)!)];
  const [cpu, speed] = [ratio(played, most, least, allCpu), ratio(played, most, least, ({ perSecond }) => perSecond)];
  report.target(`no growth of a task's cost with history (all CPU ${cpu.toFixed(2)}, tasks/s ${speed.toFixed(2)})`, cpu <= 1.1 && speed >= 0.85);
  await close(players);
}

try {
  const [postgres, redis, rabbitmq, model] = await Promise.all([
    startPostgres(), startRedis(), startRabbitmq(), startProgram(join(import.meta.dirname, 'gateway/upstream.ts'), [], {}),
  ]);
  closers.push(() => postgres.stop(), () => redis.stop(), () => rabbitmq.stop(), () => model.stop());
  // A database for each of them.
  const newServers = async (): Promise<Servers> => ({
    redis: redis.url, rabbitmq: rabbitmq.url, model: `http://127.0.0.1:${String(model.ready.port)}`, postgres: await postgres.createDatabase(),
  });
  console.log(`median of ${rounds} rounds of ${seconds} s; CPU µs a task: of the contestant's processes, and of all servers`);
  await inOneProcess(newServers);
  await byWorkers(newServers);
  await byHistory(newServers);
  if (!report.end()) process.exitCode = 1;
} finally {
  for (const closeOne of closers.reverse()) await closeOne().catch((error: unknown) => console.error(error));
}
