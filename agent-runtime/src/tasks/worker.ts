import { randomUUID } from 'node:crypto';
import type { AgentRegistry } from '../agents/registry.ts';
import type { WorkerDescription } from '../contract/worker.ts';
import { AiosError, toAiosError } from '../errors.ts';
import { startCallbackDelivery } from '../events/callback.ts';
import type { Consumer, Queue } from '../stores/queue/queue.ts';
import type { Change } from '../stores/records/records.ts';
import type { Leases } from '../stores/state/state.ts';
import { cancelled } from './cancel.ts';
import type { LocalWorker } from './place.ts';
import { startPresence, type Presence } from './presence.ts';
import { sweep } from './recover.ts';
import { runClaimedTask, runTask } from './run.ts';
import { createRunning, keepHeld } from './running.ts';
import { createScheduler } from './scheduler.ts';
import type { OperationFinder } from './submit.ts';
import { forgetOld, inTurn, type KeepDays } from './upkeep.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';
import type { WorkerRegistry } from './worker-registry.ts';

const SWEEP_MS = 5_000;
const SWEEP_GRACE_MS = 10_000;
const FORGET_MS = 3_600_000;
const FIRST_FORGET_MS = 300_000;

export interface WorkerOptions extends Pick<WorkerDependencies, 'records' | 'registry' | 'router' | 'logger' | 'leaseMs' | 'retryBaseMs' | 'limits' | 'artifacts' | 'workspaces'> {
  readonly queue: Queue;
  readonly registry: OperationFinder & Pick<AgentRegistry, 'names' | 'describe'>;
  /** Where it says that it lives. */
  readonly workers: WorkerRegistry;
  /** Decides which worker does what only one has to do. */
  readonly leases: Leases;
  readonly keepDays: KeepDays;
  /** Removes artifacts that are too old; answers how many. */
  readonly sweepArtifacts: () => Promise<number>;
  /** What it says of itself. */
  readonly self: Pick<WorkerDescription, 'host' | 'pid' | 'version' | 'capabilities'>;
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
  const running = createRunning(now);
  const startedAt = new Date(now()).toISOString();
  const upkeep = { leases: options.leases, owner: dependencies.owner, logger };
  let presence: Presence | undefined;
  const stops: (() => unknown)[] = [];
  let consumer: Consumer | undefined;
  let draining = false;
  let closing: Promise<void> | undefined;

  async function heartbeat(): Promise<void> {
    // Beside the leases: they are in another store, which may be slow to say that it is away.
    attempt('renewing the places under the limits', async () => options.limits?.renew());
    const leased = running.leased();
    if (leased.length === 0) return;
    const leaseUntil = now() + leaseMs;
    keepHeld(leased, await records.runs.renew(dependencies.owner, leaseUntil), leaseUntil);
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
    draining = true;
    // Beside the drain: it is said to another store, which may be slow to say that it is away.
    const drained = Promise.all([consumer?.close(), presence?.say()]);
    const timer = setTimeout(() => running.abortAll(
      new AiosError('shutting_down', 'The runtime was shut down while the task ran. It is run again at the next start.')), drainMs);
    await drained;
    clearTimeout(timer);
    await Promise.all([...stops.map((stop) => stop()), presence?.close()]);
  }

  function describe(): WorkerDescription {
    return {
      ...options.self, id: dependencies.owner, startedAt, seenAt: new Date(now()).toISOString(), draining,
      concurrency: options.concurrency, running: running.count(), agents: [...agents].map(([name, most]) => ({ name, concurrency: most })),
    };
  }

  async function forget(): Promise<void> {
    const forgotten: Record<string, number> = { ...await forgetOld(records, options.keepDays, now()) };
    const artifacts = await options.sweepArtifacts();
    if (artifacts > 0) forgotten['artifacts'] = artifacts;
    if (Object.keys(forgotten).length > 0) logger.info({ forgotten }, 'what is older than it is to be kept was deleted');
  }

  return {
    async start() {
      // A queue that is away is no reason not to start: it is swept again as soon as it is back.
      await sweep({ records, queue, now, graceMs: 0, leased: true }).catch((error: unknown) => {
        if (toAiosError(error).kind !== 'operational') throw error;
        logger.warn({ reason: toAiosError(error).message }, 'what an earlier life left behind could not be looked through yet');
      });
      stops.push(records.watch(notice));
      every(leaseMs / 3, 'renewing the leases', heartbeat);
      const sweepMs = options.sweepMs ?? SWEEP_MS;
      every(sweepMs, 'sweeping', () => inTurn(upkeep, 'sweep', sweepMs, () => sweep({ records, queue, now, graceMs: SWEEP_GRACE_MS })));
      const forgetInTurn = () => inTurn(upkeep, 'forget', FORGET_MS, forget);
      every(FORGET_MS, 'forgetting', forgetInTurn);
      // A worker that is started again more often than that would never come to it.
      const soon = setTimeout(() => attempt('forgetting', forgetInTurn), FIRST_FORGET_MS);
      stops.push(() => clearTimeout(soon));
      presence = startPresence({ workers: options.workers, describe, agents: options.registry.describe(), logger });
      const delivery = startCallbackDelivery({ records, allowedOrigins: options.callbackOrigins, logger, now, random });
      stops.push(() => delivery.close());
      const scheduler = createScheduler({ ...options, now });
      scheduler.start();
      stops.push(() => scheduler.close());
      consumer = queue.consume({ concurrency: options.concurrency, agents }, (delivery) => runTask(dependencies, running, delivery));
    },
    reserve({ id: taskId, agent }) {
      // It may have to wait for its turn, which is done before it is claimed.
      if (options.limits?.mayLimit(agent)) return null;
      const free = consumer?.reserve(agent);
      if (!free) return null;
      const run = running.start(taskId);
      const giveBack = () => {
        running.end(run);
        free();
      };
      run.leaseUntil = now() + leaseMs;
      return {
        lease: { owner: dependencies.owner, leaseUntil: run.leaseUntil },
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
