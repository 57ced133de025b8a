import { toAiosError } from '../../errors.ts';
import type { BudgetAccount, BudgetStore, Later } from '../../stores/state/budget-store.ts';

export type BudgetLog = (event: string, fields: Readonly<Record<string, unknown>>) => void;

export interface HoldKeeperOptions {
  readonly store: BudgetStore;
  readonly now: () => number;
  readonly log: BudgetLog;
  /** Between two rounds, in ms. */
  readonly everyMs: number;
  /** How long a hold lives unless it is kept. */
  readonly holdMs: number;
  /** False: nothing of this or another process can have to be swept. */
  readonly isNeeded: () => boolean;
}

/**
 * Keeps the holds of this process alive with one timer, releases those of processes that died, and does again what the
 * store could not do: what was spent is counted once the store is back.
 */
export interface HoldKeeper {
  expiresAt(): number;
  opened(id: string): void;
  /** Never throws: what the store does not take now, it is given later. */
  end(id: string, work: () => Later<void>): Later<void>;
  close(): Promise<void>;
}

export function createHoldKeeper({ store, now, log, everyMs, holdMs, isNeeded }: HoldKeeperOptions): HoldKeeper {
  /** By id, when each expires. */
  const open = new Map<string, number>();
  const unfinished = new Map<string, () => Later<void>>();
  let round: Promise<void> | undefined;
  const timer = setInterval(() => {
    if (open.size > 0 || unfinished.size > 0 || isNeeded()) round ??= keep().finally(() => { round = undefined; });
  }, everyMs).unref();

  async function keep(): Promise<void> {
    try {
      const expiresAt = now() + holdMs;
      const old = [...open].filter(([, expires]) => expires < expiresAt - holdMs / 3).map(([id]) => id);
      if (old.length > 0) {
        await store.extend(old, expiresAt);
        for (const id of old) if (open.has(id)) open.set(id, expiresAt);
      }
      await endUnfinished();
      const swept = await store.sweep(now());
      if (swept.length > 0) {
        log('budget-holds-released', { count: swept.length, nanoUsd: swept.reduce((sum, { amountNanoUsd }) => sum + amountNanoUsd, 0) });
      }
    } catch (error) {
      failed(error);
    }
  }

  /** One that the store refuses holds up neither the others nor the sweep. */
  async function endUnfinished(): Promise<void> {
    for (const [id, work] of unfinished) {
      try {
        await work();
        unfinished.delete(id);
        open.delete(id);
      } catch (error) {
        if (toAiosError(error).code === 'store_unavailable') throw error;
        failed(error);
      }
    }
  }

  function failed(error: unknown): void {
    log('budget-store-failed', { unsettled: unfinished.size, error: messageOf(error) });
  }

  return {
    expiresAt: () => now() + holdMs,
    opened: (id) => void open.set(id, now() + holdMs),
    end(id, work) {
      const done = () => void open.delete(id);
      const postpone = (error: unknown) => {
        unfinished.set(id, work);
        log('budget-settlement-postponed', { hold: id, error: messageOf(error) });
      };
      try {
        const ending = work();
        return ending instanceof Promise ? ending.then(done, postpone) : done();
      } catch (error) {
        return postpone(error);
      }
    },
    async close() {
      clearInterval(timer);
      await round;
      if (unfinished.size > 0) await keep();
      if (unfinished.size > 0) log('budget-settlements-lost', { holds: [...unfinished.keys()] });
    },
  };
}

/** The limits are not looked at: for what was spent without having been reserved. */
export function countedOnly(accounts: readonly BudgetAccount[]): readonly BudgetAccount[] {
  return accounts.map(({ key, endsAt }) => ({ key, endsAt, limitNanoUsd: null }));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
