import { createHash } from 'node:crypto';
import type { Effect, OperationContext } from '../agents/agent.ts';
import { AiosError } from '../errors.ts';
import type { ClaimedTask } from '../stores/records/records.ts';
import { asJson } from './as-json.ts';
import { keepHeld, leaseOver, type RunUnderWay } from './running.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

const BUSY_RETRY_MS = 2_000;

/** What an effect leaves at the other side, so that it is found again there. */
export function markerOf(key: string): string {
  return `aios:${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

/**
 * Outward writes of one run. The receipt is durable before the write, so that one task at a time does it. The marker is
 * looked for first, always: an earlier run may have died after the write, and receipts may have been lost with their store.
 * The write begins only while the lease has time left, and ends with it, so that it has arrived before the next run looks.
 */
export function createEffects({ records, now, owner, leaseMs }: WorkerDependencies, task: ClaimedTask, run: RunUnderWay): OperationContext['effect'] {
  const { signal } = run.controller;
  const underWay = new Map<string, Promise<unknown>>();

  async function withinLease<Result>(write: () => Promise<Result>): Promise<Result> {
    // Mostly the heartbeat has seen to it. While the records are away this throws, and the next run does what was to be done.
    if (run.leaseUntil - now() < leaseMs / 2) {
      const leaseUntil = now() + leaseMs;
      keepHeld([run], await records.runs.renew(owner, leaseUntil), leaseUntil);
    }
    signal.throwIfAborted();
    const watch = setInterval(() => {
      if (run.leaseUntil - now() < leaseMs / 5) run.controller.abort(leaseOver(task.taskId));
    }, leaseMs / 10).unref();
    try {
      return await write();
    } finally {
      clearInterval(watch);
    }
  }

  async function once<Result>({ key, find, perform }: Effect<Result>): Promise<Result> {
    signal.throwIfAborted();
    const reservation = await records.receipts.reserve(task, key, now());
    if (reservation.state === 'done') return reservation.result as Result;
    if (reservation.state === 'busy') {
      throw new AiosError('effect_busy', `Task ${reservation.taskId} is doing the same (${key}) right now.`, { retryAfterMs: BUSY_RETRY_MS });
    }
    const marker = markerOf(key);
    const found = await find(marker);
    signal.throwIfAborted();
    const result = asJson(found ?? await withinLease(() => perform(marker)));
    await records.receipts.complete(task, key, result, now());
    return result;
  }

  return <Result>(effect: Effect<Result>): Promise<Result> => {
    const earlier = underWay.get(effect.key) as Promise<Result> | undefined;
    if (earlier) return earlier;
    const work = once(effect).finally(() => underWay.delete(effect.key));
    underWay.set(effect.key, work);
    return work;
  };
}
