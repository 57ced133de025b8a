import { parseArgs } from 'node:util';
import { quantile } from '../contest.ts';
import { openBullMq } from './bullmq.ts';
import { openPgBoss } from './pg-boss.ts';
import { openRuntime } from './runtime.ts';

/** Something that takes a task and says when it has ended. */
export interface Contestant {
  /** Resolves once whoever submitted the task knows that it has ended well. */
  run(modelCalls: number): Promise<void>;
  close(): Promise<void>;
}

export interface Servers {
  readonly postgres: string;
  readonly redis: string;
  readonly rabbitmq: string;
  /** Answers `/v1/chat/completions` as OpenAI does. */
  readonly model: string;
}

// One measurement in a process of its own. Prints one line of JSON: tasks a second, p50 and p99 in ms, CPU µs a task of this process.
const { values } = parseArgs({
  options: { name: { type: 'string' }, servers: { type: 'string' }, inFlight: { type: 'string' }, seconds: { type: 'string' }, modelCalls: { type: 'string' }, role: { type: 'string', default: 'all' } },
});
const servers = JSON.parse(values.servers!) as Servers;
const [inFlight, seconds, modelCalls] = [Number(values.inFlight), Number(values.seconds), Number(values.modelCalls)];
const OPENERS: Readonly<Record<string, () => Promise<Contestant>>> = {
  'pg-boss': () => openPgBoss(servers),
  bullmq: () => openBullMq(servers),
  'postgres + rabbitmq': () => openRuntime(servers, { queue: 'rabbitmq', role: values.role! }),
  'postgres alone': () => openRuntime(servers, { queue: 'embedded', role: values.role! }),
};
const contestant = await OPENERS[values.name!]!();

async function load(forMs: number): Promise<readonly number[]> {
  const times: number[] = [];
  const until = performance.now() + forMs;
  await Promise.all(Array.from({ length: inFlight }, async () => {
    while (performance.now() < until) {
      const began = performance.now();
      await contestant.run(modelCalls);
      times.push(performance.now() - began);
    }
  }));
  return times;
}

await load(1_000);
const [began, cpu] = [performance.now(), process.cpuUsage()];
const times = await load(seconds * 1_000);
const [elapsed, used] = [performance.now() - began, process.cpuUsage(cpu)];
await contestant.close();
console.log(JSON.stringify({
  perSecond: (times.length / elapsed) * 1_000, p50: quantile(times, 0.5), p99: quantile(times, 0.99), cpuUs: (used.user + used.system) / times.length,
}));
process.exit(0);
