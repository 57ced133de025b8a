import { randomUUID } from 'node:crypto';
import type { BudgetAccount, BudgetStore, BudgetTotals } from '../../stores/state/budget-store.ts';

export interface AllotmentOptions {
  readonly store: BudgetStore;
  /** All with a limit. */
  readonly accounts: readonly BudgetAccount[];
  /** Of the reservation in the store that this is. */
  readonly id: string;
  readonly amountNanoUsd: number;
  /** By account, this reservation included. */
  readonly totals: readonly BudgetTotals[];
  readonly expiresAt: number;
}

/** So often what others have spent is looked at while nothing is spent here. */
const LOOK_EVERY_ROLLS = 40;

/**
 * Money that the store has reserved for this process. What is taken and what is spent together never pass it, as far as
 * calls keep to what they took. Amounts are billionths of a USD. Promises fail as the store fails; what is owed to it then
 * is kept, and paid by the next call.
 */
export interface Allotment {
  readonly accounts: readonly BudgetAccount[];
  /** False: it does not have that much left, or is ending. */
  take(amountNanoUsd: number): boolean;
  /** A call has ended: what it took is free again, but for what it spent. */
  spend(takenNanoUsd: number, spentNanoUsd: number): void;
  keepUntil(expiresAt: number): void;
  /** By account, as this process knows them: of what is set aside only what calls have taken counts. */
  totals(): readonly BudgetTotals[];
  /** Spent, and not yet known to the store. */
  unsettled(): number;
  /** Reserved in the store, but by no call. */
  unused(): number;
  largestCall(): number;
  /** Renewals since something was last taken; Infinity: it gives out no more. */
  idleRolls(): number;
  /** The reservations in the store that are open. */
  ids(): readonly string[];
  /** Settles what was spent, with a new reservation of that much, or as much as is taken, in the place of the old one. */
  renew(amountNanoUsd: number): Promise<void>;
  /** Gives out no more and keeps no more than calls have taken. True: none had, and all is settled. */
  end(): Promise<boolean>;
  /** Counts when it begins and when it ends to settle or renew: while it is odd, the store may have already what is `unsettled`. */
  moves(): number;
  /** Settles now, whatever calls are under way: they are let go as those of a process that died. */
  close(): Promise<void>;
}

export function createAllotment({ store, accounts, ...first }: AllotmentOptions): Allotment {
  let { id, amountNanoUsd: amount, totals: seen, expiresAt } = first;
  let [taken, spent, largest, idle] = [0, 0, 0, 0];
  /** Nothing is given out beyond it while a smaller reservation is taking over. */
  let ceiling = Infinity;
  let ending = false;
  let moves = 0;
  /** Settlements that the store has not taken yet: reservation and what was spent. */
  const owed = new Map<string, number>();

  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(async () => {
      moves += 1;
      try {
        return await work();
      } finally {
        moves += 1;
      }
    });
    turn = result.catch(() => undefined);
    return result;
  };

  async function payOwed(): Promise<void> {
    for (const [reservation, spentNanoUsd] of owed) {
      await store.settle(reservation, accounts, spentNanoUsd);
      owed.delete(reservation);
    }
  }

  /** Settles what was spent, with a new reservation in the place of the old one. False: the store has no room for both at once. */
  async function replace(wanted: number): Promise<boolean> {
    await payOwed();
    const [next, nextAmount] = [randomUUID(), Math.max(wanted, taken + spent)];
    ceiling = nextAmount;
    try {
      const answer = await store.reserve({ id: next, accounts, amountNanoUsd: nextAmount, expiresAt });
      if (!answer.reserved) return false;
      // The old one is still reserved in these totals.
      seen = answer.totals.map((totals) => ({ spentNanoUsd: totals.spentNanoUsd + spent, reservedNanoUsd: totals.reservedNanoUsd - amount }));
      owed.set(id, spent);
      [id, amount, spent] = [next, nextAmount, 0];
    } finally {
      ceiling = Infinity;
    }
    await payOwed();
    return true;
  }

  async function finish(): Promise<void> {
    if (id !== '') owed.set(id, spent);
    [id, amount, spent] = ['', 0, 0];
    await payOwed();
  }

  return {
    accounts,
    take(wanted) {
      if (ending || taken + spent + wanted > Math.min(amount, ceiling)) return false;
      taken += wanted;
      idle = 0;
      if (wanted > largest) largest = wanted;
      return true;
    },
    spend(takenNanoUsd, spentNanoUsd) {
      taken -= takenNanoUsd;
      spent += spentNanoUsd;
    },
    keepUntil(until) {
      if (until > expiresAt) expiresAt = until;
    },
    totals: () => seen.map(({ spentNanoUsd, reservedNanoUsd }) => ({
      spentNanoUsd: spentNanoUsd + spent, reservedNanoUsd: reservedNanoUsd - amount + taken,
    })),
    unsettled: () => [...owed.values()].reduce((sum, one) => sum + one, spent),
    unused: () => (id === '' ? 0 : amount - taken),
    largestCall: () => largest,
    idleRolls: () => (ending ? Infinity : idle),
    ids: () => [...owed.keys(), ...id === '' ? [] : [id]],
    renew: (wanted) => inTurn(async () => {
      idle += 1;
      if (!ending && (spent > 0 || idle % LOOK_EVERY_ROLLS === 0)) ending ||= !await replace(wanted);
    }),
    end() {
      ending = true;
      return inTurn(async () => {
        if (taken === 0) {
          await finish();
          return true;
        }
        if (amount > taken) await replace(0);
        return false;
      });
    },
    moves: () => moves,
    close() {
      ending = true;
      return inTurn(finish);
    },
  };
}
