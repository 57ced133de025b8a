/** Where a driver says what happens to it. Holds no secrets. */
export type QueueLog = (level: 'info' | 'warn' | 'error', event: string, fields: Readonly<Record<string, unknown>>) => void;

/** What a queue carries: only the identity of work whose truth is in the records. */
export interface QueueMessage {
  readonly id: string;
  /** Whose work it is. Each agent's messages wait on their own, so that a busy agent does not hold up the others. */
  readonly agent: string;
  /** 0 (usual) to 9; higher runs earlier among the messages of its agent, as far as the driver's server can. */
  readonly priority: number;
}

/** What became of a delivery. The queue does nothing else than this. */
export type Disposition =
  | { readonly action: 'ack' }
  | { readonly action: 'retry'; readonly delayMs: number }
  /** Another message of the same id is thought to wait until then: a queue that may have two of one drops this. */
  | { readonly action: 'spare'; readonly delayMs: number };

export interface Delivery extends QueueMessage {
  /** 1 for the first delivery of the message. */
  readonly deliveries: number;
}

export interface ConsumeOptions {
  /** How many deliveries may be under way at once, of all agents together. */
  readonly concurrency: number;
  /** The agents whose messages it takes, each with how many of them may be under way at once. */
  readonly agents: ReadonlyMap<string, number>;
}

export interface Consumer {
  /**
   * Takes one of the places for work of an agent that comes without a message, until the function it answers with is
   * called. Null: no place is free for it, or messages of the agent are known to wait.
   */
  reserve(agent: string): (() => void) | null;
  /** Takes no more deliveries and resolves when those under way have been disposed of. */
  close(): Promise<void>;
}

/**
 * Hands messages to consumers, each message at least once. A message that was delivered and neither acked nor retried (its
 * process died) is delivered again. An id that is published while it waits may be delivered twice, and so may any other
 * after a failure: whoever consumes must find out from the records whether there is still something to do. Published while
 * it is under way, it is delivered once more.
 *
 * The embedded driver promises more: it hands an id to one consumer at a time, keeps one message of an id that waits and
 * delivers it at the earlier of both times, and one that is published while it is under way follows at once, even where
 * its consumer asked for a later retry.
 */
export interface Queue {
  /** Resolves once the message is durable. `delayMs`: not delivered before. Throws `queue_full` where no more may wait. */
  publish(message: QueueMessage, options?: { readonly delayMs?: number }): Promise<void>;
  /** Throws `queue_full` while the queue of one of these agents refuses messages, as far as that is known here. */
  admit(agents: Iterable<string>): void;
  /** A handler that throws is a bug: the message is delivered again after a pause. */
  consume(options: ConsumeOptions, handler: (delivery: Delivery) => Promise<Disposition>): Consumer;
  /**
   * A time in ms since 1970: what was due before it and still is to be done has no message of this agent that waits, and
   * is to be published again. Infinity: publishing again what waits costs nothing, so all may be.
   */
  lostBefore(agent: string): Promise<number>;
  /**
   * Messages waiting, delayed ones included, and under way. Where the server does not tell more, `ready` is of the agents that
   * this process has published or consumed for, and `running` is what is under way in it.
   */
  depth(): Promise<{ readonly ready: number; readonly delayed: number; readonly running: number }>;
  /** Throws AiosError `store_unavailable` when the queue can't be used. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
