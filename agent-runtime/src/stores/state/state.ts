/**
 * What the processes of an installation share while they run: who does what, how much of it, and what was said a moment ago.
 * It is warmth, not truth: a store that forgets everything costs time, never a task, an effect or money. All calls are
 * atomic over all processes that share the store, go by its clock, not by the caller's, and throw `store_unavailable`
 * within seconds when it cannot be used. Money is counted by the budget store, beside this one.
 */
export interface State {
  readonly leases: Leases;
  readonly limits: Limits;
  readonly rates: Rates;
  readonly events: Events;
  readonly memory: Memory;
  ping(): Promise<void>;
  /** Ends its subscriptions. What is held stays until its age limit. */
  close(): Promise<void>;
}

/** At most one holder of a name at a time: for sweepers, schedulers, and any job that may run anywhere but once. */
export interface Leases {
  /**
   * Null: somebody else holds it. Who holds it already gets it anew, and the earlier lease is lost: an `owner` is one
   * process or one run, not a kind of them. A holder whose lease ends while it is paused does not learn of it: what must
   * not be done twice carries the fence, and whoever keeps the result refuses one that is lower than the last.
   */
  acquire(name: string, options: { readonly owner: string; readonly ttlMs: number }): Promise<Lease | null>;
  /**
   * Holds on for `ttlMs` from now. False: it is lost, because it ran out, was taken or was forgotten; the job must stop.
   * When it throws nobody knows: the job may go on until `ttlMs` after the last renewal that succeeded was asked for.
   */
  renew(lease: Lease, ttlMs: number): Promise<boolean>;
  /** Lets the next one in at once. A lease that is lost is left alone. */
  release(lease: Lease): Promise<void>;
}

export interface Lease {
  readonly name: string;
  readonly owner: string;
  /** Higher than that of every lease of this name before, also when the store has forgotten those. Below 2^53. */
  readonly fence: number;
}

/** Counting semaphores: how many may do something at the same time, by agent, repository, provider or whatever has a name. */
export interface Limits {
  /**
   * Takes one place in every one of these limits, or in none. Whoever has a place already keeps it, so that a repeated call
   * takes nothing more. The places end `ttlMs` after the last call that took or renewed them.
   */
  take(holder: string, limits: readonly Limit[], ttlMs: number): Promise<TakeAnswer>;
  /**
   * Keeps places of work that is still under way. Places that ran out or were forgotten meanwhile are taken again, also
   * above the limit: the work is there. Until then others may have taken them, so renew several times within `ttlMs`.
   */
  renew(places: readonly Place[], ttlMs: number): Promise<void>;
  give(place: Place): Promise<void>;
  /** How many places are taken now. */
  count(name: string): Promise<number>;
}

export interface Limit {
  readonly name: string;
  /** How many places there are. */
  readonly limit: number;
}

/** What a holder has taken. It may be made by hand, to give back what another process took. */
export interface Place {
  /** Unique to one run: a task's id with its attempt, not with its worker. */
  readonly holder: string;
  /** Names of the limits. */
  readonly names: readonly string[];
}

export type TakeAnswer =
  | { readonly taken: true; readonly place: Place }
  /** Name of the first limit that was full. */
  | { readonly taken: false; readonly refusedBy: string };

/** How often something may happen, by key, in windows of a fixed length that begin with the first use. */
export interface Rates {
  /** Uses `count` points (1 when absent). A refused use does not lengthen the wait, but what is left of the window is gone. */
  consume(key: string, rate: Rate, count?: number): Promise<RateAnswer>;
}

export interface Rate {
  /** How many points a window has. */
  readonly points: number;
  /** Length of the window: whole seconds, in ms. Windows of other lengths for the same key are counted apart. */
  readonly perMs: number;
}

export interface RateAnswer {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Until the window ends and all points are there again. */
  readonly resetMs: number;
  /** 0 when it was allowed, else the same as `resetMs`. */
  readonly retryAfterMs: number;
}

/** Tells all processes that something has happened, to wake them up. At most once: a message may be lost, so nothing may depend on it alone. */
export interface Events {
  /** Never fails: what cannot be told is not told. Listeners of this process hear it too. */
  publish(topic: string, text: string): void;
  /** Returns what ends it. A listener must not throw. */
  subscribe(topic: string, listener: EventListener): () => void;
}

/** `text` is null once it listens, and again whenever messages may have been missed: look for yourself then. */
export type EventListener = (text: string | null) => void;

/** Short-term memory: text with an age limit. A value may be gone at any time. */
export interface Memory {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;

  /** Adds to the end of a list that keeps its last `keep` items, all of them for `ttlMs` from now. A broken connection may add an item twice. */
  append(key: string, item: string, options: { readonly keep: number; readonly ttlMs: number }): Promise<void>;
  /** Oldest first; empty for a list that is not there. Lists have keys of their own, apart from those of values. */
  items(key: string): Promise<readonly string[]>;
  deleteItems(key: string): Promise<void>;

  /** Sets one member of a group, each with its own age limit: a group is listed with one call, whatever else is remembered. */
  setMember(group: string, member: string, value: string, ttlMs: number): Promise<void>;
  deleteMember(group: string, member: string): Promise<void>;
  /** Value by member, in the order of the members' names. */
  members(group: string): Promise<ReadonlyMap<string, string>>;
}
