import { foreignTallies, newest, readState, withPart, withoutPart } from './saved-state.ts';
import type { SavedState, Switch } from './saved-state.ts';
import { emptyTally, mergedTally } from './tally.ts';
import type { Tally } from './tally.ts';

/** Where the experiments' state is kept: one JSON value, shared by all processes. */
export interface ExperimentState {
  /** Null: never saved. */
  load(): Promise<unknown>;
  save(value: unknown): Promise<void>;
}

/** Results by arm, and what was stopped: this process's own in memory, all processes' together as of the last `sync`. */
export interface TallyBook {
  /** This process's own; change it in place, then `touch`. */
  own(arm: string): Tally;
  /** Of all processes. */
  total(arm: string): Tally;
  touch(): void;
  switchOf(key: string): Switch | undefined;
  setSwitch(key: string, value: Switch): void;
  /** Reads what the others have counted and writes what is new. Calls made meanwhile are served by one more round. */
  sync(): Promise<void>;
  /** A last sync, after which this process's part belongs to the base. */
  close(): Promise<void>;
}

export interface TallyBookOptions {
  readonly state: ExperimentState;
  readonly processId: string;
  /** ms since 1970. */
  readonly now: () => number;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

const HEARTBEAT_MS = 60 * 60_000;

/** Reads the kept state first. Throws when it cannot be loaded. */
export async function openTallyBook({ state, processId, now, log }: TallyBookOptions): Promise<TallyBook> {
  const own = new Map<string, Tally>();
  let switches = new Map<string, Switch>();
  let foreign: ReadonlyMap<string, Tally> = new Map();
  let dirty = false;
  let writtenAt = now();
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  async function load(): Promise<{ readonly saved: SavedState; /** Another process wrote over what this one had written. */ readonly overtaken: boolean }> {
    const value = await state.load();
    let saved = readState(value);
    if (saved === null) {
      log('experiment-state-unreadable', { advice: 'The results of the experiments are counted anew.' });
      saved = readState(null)!;
    }
    const { parts, switches: savedSwitches } = saved;
    const overtaken = (own.size > 0 && parts[processId]?.at !== writtenAt)
      || [...switches].some(([key, { at }]) => savedSwitches[key] === undefined || savedSwitches[key].at < at);
    foreign = foreignTallies(saved, processId);
    switches = new Map(Object.entries(newest(savedSwitches, Object.fromEntries(switches))));
    return { saved, overtaken };
  }

  async function round(leaving: boolean): Promise<void> {
    const { saved, overtaken } = await load();
    const silent = own.size > 0 && now() - writtenAt >= HEARTBEAT_MS;
    if (!dirty && !overtaken && !silent && !leaving) return;
    dirty = false;
    const at = now();
    const mine = withPart(saved, processId, own, switches, at);
    try {
      await state.save(leaving ? withoutPart(mine, processId) : mine);
      writtenAt = at;
    } catch (error) {
      dirty = true;
      throw error;
    }
  }

  function sync(leaving = false): Promise<void> {
    if (running === null) {
      running = round(leaving).finally(() => { running = null; });
      return running;
    }
    // What changes while a round is under way may be too late for it.
    next ??= running.catch(() => undefined).then(() => { next = null; return sync(leaving); });
    return next;
  }

  await load();
  return {
    own(arm) {
      const tally = own.get(arm) ?? emptyTally();
      own.set(arm, tally);
      return tally;
    },
    total(arm) {
      const [mine, others] = [own.get(arm), foreign.get(arm)];
      return mine && others ? mergedTally(others, mine) : mine ?? others ?? emptyTally();
    },
    touch() { dirty = true; },
    switchOf: (key) => switches.get(key),
    setSwitch(key, value) {
      // Also after a clock that went back, the newer one must win in every process.
      switches.set(key, { ...value, at: Math.max(value.at, (switches.get(key)?.at ?? -Infinity) + 1) });
      dirty = true;
    },
    sync: () => sync(),
    async close() {
      await running?.catch(() => undefined);
      await next?.catch(() => undefined);
      if (own.size > 0 || dirty) await sync(true);
      own.clear();
    },
  };
}
