import { randomUUID } from 'node:crypto';
import type { BudgetAccount, BudgetStore, BudgetTotals, ReserveAnswer, ReserveRequest } from '../../stores/state/budget-store.ts';
import { createAllotment, type Allotment } from './allotment.ts';
import { countedOnly, messageOf, type BudgetLog } from './hold-keeper.ts';

/** Between two settlements of an allotment with the store: what a killed process has spent since is in its ledger alone. */
const ROLL_MS = 25;
/** An allotment that nobody has drawn on for so long is given back. */
const IDLE_ROLLS = 40;
/** Of what is left of a budget. */
const SHARE = 1 / 64;
/** Calls that an allotment must be good for; with less, each call asks the store. */
const LEAST_CALLS = 64;
const SWEPT_KEPT = 1_000;
/** So often totals are asked for again because something was settled meanwhile. */
const MOST_LOOKS = 5;

interface LocalHold {
  readonly allotment: Allotment;
  readonly amount: number;
  expiresAt: number;
}

export interface AllotmentsOptions {
  readonly store: BudgetStore;
  readonly log: BudgetLog;
  readonly rollMs?: number;
}

/**
 * A budget store in front of another, for a process that makes many calls: while a budget has room for thousands of them,
 * it sets a small part of that aside for this process, reserved in the store as any call's money, and serves calls out of
 * it without asking. No limit can be passed, as nothing is given out that is not reserved; the closer a limit is, the smaller
 * the part, and near it every call asks the store again. Accounts without a limit are never served so: what is set aside
 * would count as used on them.
 */
export function createAllotments({ store, log, rollMs = ROLL_MS }: AllotmentsOptions): BudgetStore {
  const allotments = new Map<string, Allotment>();
  const opening = new Set<string>();
  const holds = new Map<string, LocalHold>();
  /** Holds that were swept here, for a late settlement. */
  const swept = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let rolling: Promise<void> | undefined;
  let closed = false;

  function draw({ id, accounts, amountNanoUsd, expiresAt }: ReserveRequest): readonly BudgetTotals[] | null {
    const allotment = holds.get(id)?.allotment ?? allotments.get(nameOf(accounts));
    if (!allotment) return null;
    if (!holds.has(id)) {
      if (!allotment.take(amountNanoUsd)) return null;
      allotment.keepUntil(expiresAt);
      holds.set(id, { allotment, amount: amountNanoUsd, expiresAt });
    }
    return allotment.totals();
  }

  /** In the background: the call that asked has its answer. */
  function open(request: ReserveRequest, totals: readonly BudgetTotals[]): void {
    const { accounts, amountNanoUsd, expiresAt } = request;
    const name = nameOf(accounts);
    if (closed || opening.has(name) || allotments.has(name)) return;
    const share = shareOf(accounts, totals);
    if (share < amountNanoUsd * LEAST_CALLS) return;
    opening.add(name);
    const id = randomUUID();
    void (async () => {
      const answer = await store.reserve({ id, accounts, amountNanoUsd: share, expiresAt });
      if (!answer.reserved) return;
      allotments.set(name, createAllotment({ store, accounts, id, amountNanoUsd: share, totals: answer.totals, expiresAt }));
      schedule();
    })().catch(() => undefined).finally(() => opening.delete(name)); // Calls go on asking the store, which says what is wrong.
  }

  function schedule(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      rolling = roll().finally(() => {
        rolling = undefined;
        if (allotments.size > 0 && !closed) schedule();
      });
    }, rollMs).unref();
  }

  async function roll(): Promise<void> {
    await Promise.all([...allotments].map(async ([name, allotment]) => {
      try {
        const share = allotment.idleRolls() < IDLE_ROLLS ? shareOf(allotment.accounts, allotment.totals()) : 0;
        if (share >= allotment.largestCall() * LEAST_CALLS && share > 0) await allotment.renew(share);
        else await give(name, allotment);
      } catch (error) {
        log('budget-store-failed', { unsettledNanoUsd: allotment.unsettled(), error: messageOf(error) });
      }
    }));
  }

  /** Another one may have its name by then. */
  async function give(name: string, allotment: Allotment): Promise<void> {
    if (await allotment.end() && allotments.get(name) === allotment) allotments.delete(name);
  }

  /** Gives back what is set aside and not used, so that this process does not refuse a call for it. */
  async function makeRoom(keys: readonly string[]): Promise<boolean> {
    await rolling;
    const touched = new Set(on(keys).filter((allotment) => allotment.unused() > 0));
    const standing = [...allotments].filter(([, allotment]) => touched.has(allotment));
    for (const [name, allotment] of standing) await give(name, allotment);
    return standing.length > 0;
  }

  async function ask(request: ReserveRequest): Promise<ReserveAnswer> {
    let answer = await store.reserve(request);
    for (let left = request.accounts.length; !answer.reserved && left > 0; left -= 1) {
      if (allotments.size === 0 || !await makeRoom([answer.refusedBy.key])) break;
      answer = await store.reserve(request);
    }
    if (answer.reserved) open(request, answer.totals);
    return answer;
  }

  async function settleThere(id: string, accounts: readonly BudgetAccount[], amountNanoUsd: number): Promise<void> {
    if (swept.has(id)) await store.reserve({ id, accounts: countedOnly(accounts), amountNanoUsd, expiresAt: Number.MAX_SAFE_INTEGER });
    await store.settle(id, accounts, amountNanoUsd);
    swept.delete(id);
  }

  const on = (keys: readonly string[]) => [...allotments.values()].filter(({ accounts }) => accounts.some(({ key }) => keys.includes(key)));

  /** Null: something is being settled, and may be counted twice. */
  function movesOn(keys: readonly string[]): string | null {
    const moves = on(keys).map((allotment) => allotment.moves());
    return moves.some((count) => count % 2 === 1) ? null : moves.join();
  }

  /** What the store knows, with what was spent here since and without what is set aside for nobody yet. */
  function withOwn(keys: readonly string[], known: readonly BudgetTotals[]): readonly BudgetTotals[] {
    return known.map(({ spentNanoUsd, reservedNanoUsd }, index) => {
      const mine = on([keys[index]!]);
      return {
        spentNanoUsd: mine.reduce((sum, allotment) => sum + allotment.unsettled(), spentNanoUsd),
        reservedNanoUsd: mine.reduce((sum, allotment) => sum - allotment.unused(), reservedNanoUsd),
      };
    });
  }

  /** False: it is not held here. */
  function endHere(id: string, spentNanoUsd: number): boolean {
    const hold = holds.get(id);
    if (!hold) return false;
    holds.delete(id);
    hold.allotment.spend(hold.amount, spentNanoUsd);
    return true;
  }

  return {
    reserve(request) {
      const drawn = draw(request);
      return drawn ? { reserved: true, totals: drawn } : ask(request);
    },
    settle: (id, accounts, amountNanoUsd) => (endHere(id, amountNanoUsd) ? undefined : settleThere(id, accounts, amountNanoUsd)),
    release: (id) => (endHere(id, 0) ? undefined : store.release(id)),
    async extend(ids, expiresAt) {
      const elsewhere: string[] = [];
      for (const id of ids) {
        const hold = holds.get(id);
        if (hold) {
          hold.expiresAt = expiresAt;
          hold.allotment.keepUntil(expiresAt);
        } else elsewhere.push(id);
      }
      await store.extend([...elsewhere, ...[...allotments.values()].flatMap((allotment) => allotment.ids())], expiresAt);
    },
    async sweep(now) {
      const expired = [...holds].filter(([, { expiresAt }]) => expiresAt <= now);
      for (const [id, { allotment, amount }] of expired) {
        holds.delete(id);
        allotment.spend(amount, 0);
        if (swept.size >= SWEPT_KEPT) swept.clear();
        swept.add(id);
      }
      const own = new Set([...allotments.values()].flatMap((allotment) => allotment.ids()));
      const others = (await store.sweep(now)).filter(({ id }) => !own.has(id));
      return [...expired.map(([id, { amount }]) => ({ id, amountNanoUsd: amount })), ...others];
    },
    async totals(keys) {
      for (let look = 1; ; look += 1) {
        const before = movesOn(keys);
        const known = await store.totals(keys);
        if (look === MOST_LOOKS || (before === movesOn(keys) && before !== null)) return withOwn(keys, known);
      }
    },
    async catchUp(keys, now) {
      await makeRoom(keys);
      await store.catchUp(keys, now);
    },
    ping: () => store.ping(),
    async close() {
      if (!closed) {
        closed = true;
        clearTimeout(timer);
        await rolling;
        await Promise.all([...allotments.values()].map((allotment) => allotment.close().catch((error: unknown) =>
          log('budget-settlements-lost', { nanoUsd: allotment.unsettled(), error: messageOf(error) }))));
      }
      await store.close();
    },
  };
}

/** With their limits: what was set aside under another one is given back, and not given out. */
function nameOf(accounts: readonly BudgetAccount[]): string {
  return accounts.map(({ key, limitNanoUsd }) => `${limitNanoUsd} ${key}`).join('\n');
}

/** What may be set aside: 0 as soon as one account has no limit. */
function shareOf(accounts: readonly BudgetAccount[], totals: readonly BudgetTotals[]): number {
  const left = accounts.map(({ limitNanoUsd }, index) =>
    (limitNanoUsd === null ? 0 : limitNanoUsd - totals[index]!.spentNanoUsd - totals[index]!.reservedNanoUsd));
  return Math.max(0, Math.floor(Math.min(...left) * SHARE));
}
