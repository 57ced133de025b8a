import { randomUUID } from 'node:crypto';
import { AiosError } from '../errors.ts';
import { startCallbackDelivery } from '../events/callback.ts';
import type { Consumer, Queue } from '../stores/queue/queue.ts';
import type { Change } from '../stores/records/records.ts';
import { cancelled } from './cancel.ts';
import type { LocalWorker } from './place.ts';
import { sweep } from './recover.ts';
import { runClaimedTask, runTask } from './run.ts';
import { abortLost, createRunning } from './running.ts';
import { createScheduler } from './scheduler.ts';
import type { OperationFinder } from './submit.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

const SWEEP_MS = 5_000;
const SWEEP_GRACE_MS = 10_000;

export interface WorkerOptions extends Pick<WorkerDependencies, 'records' | 'registry' | 'router' | 'logger' | 'leaseMs' | 'retryBaseMs'> {
  readonly queue: Queue;
  readonly registry: OperationFinder & { names(): readonly string[] };
  readonly callbackOrigins: readonly string[];
  /** Tasks run at once. */
  readonly concurrency: number;
  /** The agents whose tasks it takes, each with how many run at once. Default: all, each up to `concurrency`. */
  readonly agents?: ReadonlyMap<string, number>;
  readonly now?: () => number;
  readonly random?: () => number;
  /** How often lost messages are looked for. */
  readonly sweepMs?: number;
}

export interface Worker extends LocalWorker {
  /** Puts what an earlier life left behind into the queue again, then takes work and delivers callbacks. */
  start(): Promise<void>;
  /** Tasks under way in this worker. */
  running(): number;
  /** Takes no more work, waits up to `drainMs` for the runs under way, and gives the others back. */
  close(options: { readonly drainMs: number }): Promise<void>;
}

export function createWorker(options: WorkerOptions): Worker {
  const { records, queue, logger, leaseMs } = options;
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;
  const dependencies: WorkerDependencies = { ...options, owner: randomUUID(), now, random };
  const agents = options.agents ?? new Map(options.registry.names().map((name) => [name, options.concurrency]));
  const running = createRunning();
  const stops: (() => unknown)[] = [];
  let consumer: Consumer | undefined;
  let closing: Promise<void> | undefined;

  async function heartbeat(): Promise<void> {
    const leased = running.leased();
    if (leased.length === 0) return;
    abortLost(leased, await records.runs.renew(dependencies.owner, now() + leaseMs));
    await abortCancelled();
  }

  async function abortCancelled(): Promise<void> {
    const leased = running.leased().map((run) => run.taskId);
    for (const taskId of await records.tasks.cancelRequested(leased)) running.abort(taskId, cancelled());
  }

  function notice(change: Change): void {
    if (change.type === 'cancel-requested') running.abort(change.taskId, cancelled());
    if (change.type === 'elsewhere') attempt('looking for cancellations', abortCancelled);
  }

  function attempt(what: string, work: () => Promise<void>): void {
    work().catch((error: unknown) => logger.warn({ reason: String(error) }, `${what} failed`));
  }

  function every(periodMs: number, what: string, work: () => Promise<void>): void {
    const timer = setInterval(() => attempt(what, work), periodMs);
    stops.push(() => clearInterval(timer));
  }

  async function shutDown(drainMs: number): Promise<void> {
    const drained = consumer?.close();
    const timer = setTimeout(() => running.abortAll(
      new AiosError('shutting_down', 'The runtime was shut down while the task ran. It is run again at the next start.')), drainMs);
    await drained;
    clearTimeout(timer);
    await Promise.all(stops.map((stop) => stop()));
  }

  return {
    async start() {
      await sweep({ records, queue, now, graceMs: 0, leased: true });
      stops.push(records.watch(notice));
      every(leaseMs / 3, 'renewing the leases', heartbeat);
      every(options.sweepMs ?? SWEEP_MS, 'sweeping', () => sweep({ records, queue, now, graceMs: SWEEP_GRACE_MS }));
      const delivery = startCallbackDelivery({ records, allowedOrigins: options.callbackOrigins, logger, now, random });
      stops.push(() => delivery.close());
      const scheduler = createScheduler({ ...options, now });
      scheduler.start();
      stops.push(() => scheduler.close());
      consumer = queue.consume({ concurrency: options.concurrency, agents }, ({ id }) => runTask(dependencies, running, id));
    },
    reserve({ id: taskId, agent }) {
      const free = consumer?.reserve(agent);
      if (!free) return null;
      const run = running.start(taskId);
      const giveBack = () => {
        running.end(run);
        free();
      };
      return {
        lease: { owner: dependencies.owner, leaseUntil: now() + leaseMs },
        giveBack,
        start(task) {
          runClaimedTask(dependencies, task, run)
            .then((disposition) => (disposition.action === 'retry' ? queue.publish({ id: taskId, agent, priority: 0 }, disposition) : undefined))
            .catch((error: unknown) => logger.warn({ taskId, reason: String(error) }, 'publishing failed; the sweeper will repeat it'))
            .finally(giveBack);
        },
      };
    },
    running: () => running.count(),
    close: ({ drainMs }) => closing ??= shutDown(drainMs),
  };
}
