import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Decision } from '../contract/decision.ts';
import { AiosError, toAiosError } from '../errors.ts';
import { withoutSecrets } from '../secrets/without-secrets.ts';
import type { DecisionFilter, KeptDecision, RoutingRecords } from '../stores/records/routing-records.ts';

/** Decisions of one commit; more of them would hold up the event loop. */
const GROUP = 64;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
const LAST_TRY_MS = 5_000;

export interface DecisionLogOptions {
  readonly records: RoutingRecords;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  /** The longest that a decision waits for others to be written with. */
  readonly flushMs?: number;
  /** Decisions that wait for the store from which on `room` makes callers wait. */
  readonly maxPending?: number;
  /** How long `room` waits before it refuses. */
  readonly roomMs?: number;
}

/**
 * Gathers decisions and writes them in groups. What the store does not take stays here and is tried again for as long as
 * the process lives; meanwhile `room` refuses new requests, before they cost anything, so that memory stays bounded by
 * `maxPending` and the requests under way. Reading writes what is pending first, so that everybody sees their own calls.
 */
export interface DecisionLog extends Pick<RoutingRecords, 'find' | 'list' | 'spend' | 'committedNanoUsd' | 'feedback' | 'saveFeedback'> {
  /** To be asked before a request is routed. Undefined: there is room. Throws `store_unavailable` when there is none in time. */
  room(): Promise<void> | undefined;
  keep(kept: KeptDecision): void;
  /** Resolves when all that was kept before is written. Throws what the store throws; it is tried again later all the same. */
  flush(): Promise<void>;
  /** Writes what is pending; what the store still does not take is named in the log with its cost. */
  close(): Promise<void>;
}

export function createDecisionLog({
  records, log, flushMs = 25, maxPending = 10_000, roomMs = 5_000,
}: DecisionLogOptions): DecisionLog {
  /** In the order of their making. */
  const pending: KeptDecision[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let pauseMs = 0;
  const roomWaiters = new Set<() => void>();

  function schedule(delayMs: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void flush().catch(() => undefined); // reported where it happened
    }, delayMs);
  }

  /** One at a time; whoever comes meanwhile waits for the one after it. */
  async function flush(): Promise<void> {
    const before = writing;
    const mine = (async () => {
      await before?.catch(() => undefined);
      await writeAll(pending.length);
    })();
    writing = mine;
    try {
      await mine;
    } finally {
      if (writing === mine) writing = undefined;
    }
  }

  async function writeAll(count: number): Promise<void> {
    for (let left = count; left > 0 && pending.length > 0; left -= GROUP) {
      const group = pending.slice(0, Math.min(GROUP, left));
      try {
        await keepGroup(group);
        pauseMs = 0;
      } catch (error) {
        pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, pauseMs * 2));
        log('decisions-not-written', { pending: pending.length, againInMs: pauseMs, error: messageOf(error) });
        schedule(pauseMs);
        throw error;
      }
      pending.splice(0, group.length);
      for (const wake of roomWaiters) wake();
      await nextTurn();
    }
  }

  async function keepGroup(group: readonly KeptDecision[]): Promise<void> {
    try {
      await records.keep(group);
    } catch (error) {
      if (toAiosError(error).kind === 'operational') throw error;
      // One of them cannot be written at all: it must not stand in the way of the others.
      if (group.length > 1) for (const one of group) await keepGroup([one]);
      else logLost(group, error);
    }
  }

  function logLost(lost: Iterable<KeptDecision>, error: unknown): void {
    for (const { decision, charges } of lost) {
      log('decision-lost', {
        decision: decision.id, tenant: decision.scope.tenant, outcome: decision.outcome, error: messageOf(error),
        charges: charges.map(({ model, costUsd, worstCaseUsd, usage }) => ({ model, costUsd, worstCaseUsd, usage })),
      });
    }
  }

  async function waitForRoom(): Promise<void> {
    const until = performance.now() + roomMs;
    while (pending.length >= maxPending) {
      const left = until - performance.now();
      if (left <= 0) {
        throw new AiosError('store_unavailable', `${pending.length} decisions wait to be written: the records do not keep up or do not answer. Look at the log for decisions-not-written, and try again.`, { retryAfterMs: roomMs });
      }
      const woken = Promise.withResolvers<void>();
      const alarm = setTimeout(woken.resolve, left);
      roomWaiters.add(woken.resolve);
      await woken.promise;
      clearTimeout(alarm);
      roomWaiters.delete(woken.resolve);
    }
  }

  async function flushed(): Promise<RoutingRecords> {
    if (pending.length > 0) await flush();
    return records;
  }

  return {
    room: () => (pending.length < maxPending ? undefined : waitForRoom()),
    keep(kept) {
      pending.push(kept);
      if (pending.length >= GROUP && pauseMs === 0 && !writing) void flush().catch(() => undefined); // reported where it happened
      else schedule(pauseMs > 0 ? pauseMs : flushMs);
    },
    find: async (id) => pending.findLast(({ decision }) => decision.id === id)?.decision ?? records.find(id),
    list: async (filter: DecisionFilter): Promise<readonly Decision[]> => (await flushed()).list(filter),
    spend: async (query) => (await flushed()).spend(query),
    committedNanoUsd: async (scope, from, to) => (await flushed()).committedNanoUsd(scope, from, to),
    feedback: async (id) => (await flushed()).feedback(id),
    // What a person pastes into it may be what nobody is to keep.
    saveFeedback: async (id, feedback) => (await flushed()).saveFeedback(id, { ...feedback, comment: feedback.comment && withoutSecrets(feedback.comment) }),
    flush,
    async close() {
      const until = performance.now() + LAST_TRY_MS;
      for (;;) {
        clearTimeout(timer);
        timer = undefined;
        try {
          await flush();
          if (pending.length === 0) break;
        } catch (error) {
          if (performance.now() > until) {
            logLost(pending, error);
            break;
          }
          await pause(Math.min(pauseMs, 500));
        }
      }
      clearTimeout(timer);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
