/** What a queue carries: only the identity of work whose truth is in the records. */
export interface QueueMessage {
  readonly id: string;
  /** Higher runs earlier; 0 is usual. */
  readonly priority: number;
}

/** What became of a delivery. The queue does nothing else than this. */
export type Disposition =
  | { readonly action: 'ack' }
  | { readonly action: 'retry'; readonly delayMs: number };

export interface Delivery extends QueueMessage {
  /** 1 for the first delivery of the message. */
  readonly deliveries: number;
}

export interface ConsumeOptions {
  /** How many deliveries may be under way at once. */
  readonly concurrency: number;
}

export interface Consumer {
  /**
   * Takes one of the places for work that comes without a message, until the function it answers with is called. Null:
   * no place is free, or messages wait for it.
   */
  reserve(): (() => void) | null;
  /** Takes no more deliveries and resolves when those under way have been disposed of. */
  close(): Promise<void>;
}

/**
 * Hands each message to one consumer at a time, at least once. A message that was delivered and neither acked nor
 * retried (its process died) is delivered again. Publishing an id that waits keeps the one message and brings it forward:
 * it is delivered at the earlier of both times. Publishing one that is under way has it delivered once more afterwards,
 * at once even where its consumer asked for a later retry.
 */
export interface Queue {
  /** Resolves once the message is durable. `delayMs`: not delivered before. */
  publish(message: QueueMessage, options?: { readonly delayMs?: number }): Promise<void>;
  /** A handler that throws is a bug: the message is delivered again after a pause. */
  consume(options: ConsumeOptions, handler: (delivery: Delivery) => Promise<Disposition>): Consumer;
  /** Messages waiting, delayed ones included, and under way. */
  depth(): Promise<{ readonly ready: number; readonly delayed: number; readonly running: number }>;
  /** Throws AiosError `store_unavailable` when the queue can't be used. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
