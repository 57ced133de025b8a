import { toAiosError } from '../errors.ts';
import type { CallbackSettlement, DueCallback, Records } from '../stores/records/records.ts';
import { createBell } from './bell.ts';
import type { CallbackVerdict } from './callback-answer.ts';
import { requireAllowedOrigin } from './callback-origin.ts';
import type { Logger } from './logger.ts';
import { sendCallback } from './send-callback.ts';

const SOON_BASE_MS = 15;
const SOON_CAP_MS = 5_000;
const BASE_MS = 1_000;
const CAP_MS = 600_000;
const GIVE_UP_MS = 86_400_000;
const TIMEOUT_MS = 10_000;
const LEASE_MS = 60_000;
const CONCURRENCY = 8;
/** A receiver that never answers leaves the other half to others. */
const CONCURRENCY_PER_ORIGIN = CONCURRENCY / 2;
const LONGEST_SLEEP_MS = 30_000;

export interface CallbackDeliveryOptions {
  readonly records: Records;
  readonly allowedOrigins: readonly string[];
  readonly logger: Logger;
  readonly now: () => number;
  /** 0 to 1; spreads the retries. */
  readonly random: () => number;
}

export interface CallbackDelivery {
  /** Stops; a delivery under way is cut short and tried again by whoever is next. */
  close(): Promise<void>;
}

/** Delivers the outbox: each ended batch's outcome to its callback address, until it is taken, refused or a day old. */
export function startCallbackDelivery(options: CallbackDeliveryOptions): CallbackDelivery {
  const { records, logger, now } = options;
  const bell = createBell();
  const closing = new AbortController();
  /** With the origin each goes to. */
  const active = new Map<Promise<void>, string>();
  const unwatch = records.watch((change) => {
    if (change.type === 'callback-due' || change.type === 'elsewhere') bell.ring();
  });

  async function deliver(callback: DueCallback): Promise<void> {
    const verdict = await attempt(callback);
    if (closing.signal.aborted && verdict.action === 'retry') return records.callbacks.release(callback, now());
    const settlement = settle(callback, verdict);
    await records.callbacks.settle(callback, settlement);
    const facts = { batchId: callback.batchId, origin: new URL(callback.url).origin, attempts: callback.attempts + 1 };
    if (settlement.status === 'failed') logger.error({ ...facts, reason: settlement.error }, 'callback failed');
    else if (verdict.action === 'retry' && !verdict.soon) logger.warn({ ...facts, reason: verdict.reason }, 'callback will be retried');
    else if (settlement.status === 'delivered') logger.info(facts, 'callback delivered');
  }

  async function attempt(callback: DueCallback): Promise<CallbackVerdict> {
    try {
      requireAllowedOrigin(callback.url, options.allowedOrigins);
    } catch (error) {
      return { action: 'failed', reason: toAiosError(error).message };
    }
    return sendCallback(callback.url, callback.outcome, AbortSignal.any([closing.signal, AbortSignal.timeout(TIMEOUT_MS)]));
  }

  function settle(callback: DueCallback, verdict: CallbackVerdict): CallbackSettlement {
    if (verdict.action === 'delivered') return { status: 'delivered' };
    if (verdict.action === 'failed') return { status: 'failed', error: verdict.reason };
    if (now() - callback.createdAt > GIVE_UP_MS) return { status: 'failed', error: `gave up after a day; last answer: ${verdict.reason}` };
    const [base, cap] = verdict.soon ? [SOON_BASE_MS, SOON_CAP_MS] : [BASE_MS, CAP_MS];
    const delay = Math.min(cap, base * 2 ** callback.attempts);
    return { status: 'pending', error: verdict.reason, nextAttemptAt: now() + Math.ceil(delay * (0.5 + options.random() / 2)) };
  }

  async function turn(): Promise<number | null> {
    const free = CONCURRENCY - active.size;
    if (free === 0) return null; // the end of a delivery rings
    const { room, full } = originsUnderWay();
    for (const callback of await records.callbacks.take(now(), now() + LEASE_MS, Math.min(free, room), full)) {
      const work = deliver(callback)
        .catch((error: unknown) => logger.warn({ batchId: callback.batchId, reason: String(error) }, 'callback state not written'))
        .finally(() => {
          active.delete(work);
          bell.ring();
        });
      active.set(work, new URL(callback.url).origin);
    }
    return records.callbacks.nextAt(originsUnderWay().full);
  }

  /** The origins that get no more for now, and how many may be taken without any other getting too many. */
  function originsUnderWay(): { readonly room: number; readonly full: string[] } {
    const counts = new Map<string, number>();
    for (const origin of active.values()) counts.set(origin, (counts.get(origin) ?? 0) + 1);
    const full = [...counts.keys()].filter((origin) => (counts.get(origin) ?? 0) >= CONCURRENCY_PER_ORIGIN);
    const busiest = Math.max(0, ...[...counts.values()].filter((count) => count < CONCURRENCY_PER_ORIGIN));
    return { room: CONCURRENCY_PER_ORIGIN - busiest, full };
  }

  async function loop(): Promise<void> {
    while (!closing.signal.aborted) {
      const next = await turn().catch((error: unknown) => {
        logger.warn({ reason: String(error) }, 'the outbox could not be read');
        return now() + BASE_MS;
      });
      const timeoutMs = next === null ? LONGEST_SLEEP_MS : Math.min(Math.max(next - now(), 0), LONGEST_SLEEP_MS);
      await bell.wait({ timeoutMs, signal: closing.signal });
    }
  }

  const running = loop();
  return {
    async close() {
      closing.abort();
      unwatch();
      await running;
      await Promise.all(active.keys());
    },
  };
}
