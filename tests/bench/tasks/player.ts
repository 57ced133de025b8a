import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Name, Part, Servers } from './contestant.ts';
import { cpuOf, cpuOfServers } from './cpu.ts';
import type { Load, Sample } from './process.ts';

const SERVERS = ['postgres', 'redis-server', 'beam.smp'];
/** Before each measurement, so that connections are open and the memory is warm. */
const WARM_UP_MS = 300;
const FLAGS = ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];

/** What one contestant did in one round. Times are ms, CPU is µs a task. */
export interface Result {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Of its own processes. */
  readonly cpu: number;
  /** Of the servers. */
  readonly serverCpu: number;
}

/** A contestant with its processes. */
export interface Player {
  readonly name: string;
  /** Starts one more process that works on the tasks. */
  addWorker(): Promise<void>;
  play(load: Load): Promise<Result>;
  stop(): Promise<void>;
}

interface Process {
  readonly pid: number;
  load(load: Load): Promise<Sample>;
  stop(): Promise<void>;
}

let groups = 0;

/** One process that does all, or one that submits, for which workers are to be added. */
export async function startPlayer(name: Name, servers: Servers, { role = 'all', title = name }: { readonly role?: 'all' | 'submitter'; readonly title?: string } = {}): Promise<Player> {
  const group = `${process.pid}-${groups += 1}`;
  const first = await startProcess(name, servers, { role, group });
  const all = [first];
  return {
    name: title,
    async addWorker() {
      all.push(await startProcess(name, servers, { role: 'worker', group }));
    },
    async play(load) {
      await first.load({ ...load, ms: WARM_UP_MS });
      const read = () => [all.reduce((sum, { pid }) => sum + cpuOf(pid), 0), cpuOfServers(SERVERS)] as const;
      const [own, server] = read();
      const { tasks, elapsed, p50, p99 } = await first.load(load);
      const [ownAfter, serverAfter] = read();
      const perTask = (ms: number) => (ms / tasks) * 1_000;
      return { perSecond: (tasks / elapsed) * 1_000, p50, p99, cpu: perTask(ownAfter - own), serverCpu: perTask(serverAfter - server) };
    },
    stop: async () => void await Promise.all(all.map((one) => one.stop())),
  };
}

async function startProcess(name: Name, servers: Servers, part: Part): Promise<Process> {
  const words = ['--name', name, '--servers', JSON.stringify(servers), '--part', JSON.stringify(part)];
  const child = fork(join(import.meta.dirname, 'process.ts'), words, { execArgv: FLAGS });
  const gone = once(child, 'exit').then(() => { throw new Error(`A process of ${name} ended by itself.`); });
  gone.catch(() => undefined); // told to who waits
  const answer = async <Answer>() => (await Promise.race([once(child, 'message'), gone]))[0] as Answer;
  await answer();
  return {
    pid: child.pid!,
    async load(load) {
      child.send(load);
      return answer();
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.send('close');
      await gone.catch(() => undefined);
    },
  };
}
