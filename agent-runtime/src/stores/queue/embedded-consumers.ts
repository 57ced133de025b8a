import { toAiosError } from '../../errors.ts';
import { storeError } from '../sqlite/store-error.ts';
import type { ForeignCommits } from '../sqlite/foreign-commits.ts';
import type { MessageTable } from './message-table.ts';
import { createPlaces, type Places } from './places.ts';
import type { ConsumeOptions, Consumer, Delivery, Disposition, QueueLog } from './queue.ts';

const PAUSE_AFTER_BUG_MS = 5_000;
const PAUSE_AFTER_STORE_ERROR_MS = 1_000;
const LONGEST_SLEEP_MS = 30_000;

type Handler = (delivery: Delivery) => Promise<Disposition>;

interface ConsumerState {
  readonly handler: Handler;
  readonly places: Places;
  readonly running: Set<Promise<void>>;
  /** The agents of which no message waited when it last looked, and none was published here since. */
  readonly idle: Set<string>;
  open: boolean;
}

interface Taken {
  readonly consumer: ConsumerState;
  readonly delivery: Delivery;
}

interface PendingWrite {
  readonly apply: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface ConsumersOptions {
  readonly table: MessageTable;
  readonly foreign: ForeignCommits;
  readonly now: () => number;
  readonly leaseMs: number;
  readonly log: QueueLog;
}

/** The moving part of the embedded queue: gathers the writes of a turn, commits them with the next deliveries, sleeps. */
export interface Consumers {
  /** Resolves once what `apply` writes is committed: a message that consumers are to look for. */
  publish(agent: string, apply: () => void): Promise<void>;
  add(options: ConsumeOptions, handler: Handler): Consumer;
  close(): Promise<void>;
}

export function createConsumers({ table, foreign, now, leaseMs, log }: ConsumersOptions): Consumers {
  const consumers = new Set<ConsumerState>();
  let writes: PendingWrite[] = [];
  let scheduled = false;
  /** The last look failed, which has been said. */
  let failing = false;
  let alarm: NodeJS.Timeout | undefined;
  let renewal: NodeJS.Timeout | undefined;
  let unlisten: (() => void) | undefined;
  let renewedAt = 0;

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(turn);
  }

  function turn(): void {
    scheduled = false;
    const committing = writes;
    writes = [];
    const taken: Taken[] = [];
    try {
      // After a stall of this process its own messages look abandoned: they are renewed before anything is taken.
      if (renewal && now() - renewedAt > leaseMs / 2) renew();
      const next = committing.length > 0 ? null : table.nextVisibleAt(agentsWithPlace());
      const looks = committing.length > 0 || (next !== null && next <= now());
      if (!looks) for (const { places, idle } of open()) for (const agent of places.withPlace()) idle.add(agent);
      if (looks) {
        table.transaction(() => {
          for (const write of committing) write.apply();
          for (const consumer of open()) taken.push(...takeFor(consumer));
        });
      }
      failing = false;
      for (const write of committing) write.resolve();
      for (const { consumer, delivery } of taken.splice(0)) start(consumer, delivery);
      sleep();
    } catch (error) {
      // They are in the table as they were.
      for (const { consumer, delivery } of taken) consumer.places.giveBack(delivery.agent);
      if (!failing) log('warn', 'queue-not-read', { reason: toAiosError(storeError(error)).message });
      failing = true;
      for (const write of committing) write.reject(storeError(error));
      sleep(PAUSE_AFTER_STORE_ERROR_MS);
    }
  }

  function takeFor(consumer: ConsumerState): readonly Taken[] {
    const taken = consumer.places.share((agent, count) => {
      const deliveries = table.take(agent, count, now(), now() + leaseMs);
      if (deliveries.length < count) consumer.idle.add(agent);
      else consumer.idle.delete(agent);
      return deliveries;
    });
    forgetFull(consumer);
    return taken.map((delivery) => ({ consumer, delivery }));
  }

  function open(): readonly ConsumerState[] {
    return [...consumers].filter((consumer) => consumer.open);
  }

  function agentsWithPlace(): ReadonlySet<string> {
    return new Set(open().flatMap(({ places }) => places.withPlace()));
  }

  /** Wakes for the next message that becomes visible by time alone: a delay or a dead consumer's lease that ends. */
  function sleep(pauseMs?: number): void {
    clearTimeout(alarm);
    const agents = agentsWithPlace();
    if (agents.size === 0) return;
    const next = pauseMs === undefined ? table.nextVisibleAt(agents) : now() + pauseMs;
    if (next !== null) alarm = setTimeout(schedule, Math.min(Math.max(next - now(), 0), LONGEST_SLEEP_MS));
  }

  function start(consumer: ConsumerState, delivery: Delivery): void {
    const work = consumer.handler(delivery)
      .catch((): Disposition => ({ action: 'retry', delayMs: PAUSE_AFTER_BUG_MS }))
      .then((disposition) => {
        // The slot is free as soon as the work is done, so that the commit of its end can bring the next message.
        consumer.running.delete(work);
        consumer.places.giveBack(delivery.agent);
        return write(() => {
          if (disposition.action === 'ack') table.ack(delivery, now());
          else table.retry(delivery, now() + disposition.delayMs, now());
        });
      })
      .catch(() => undefined); // Not written: the lease ends and the message comes back.
    consumer.running.add(work);
  }

  function reserve(consumer: ConsumerState, agent: string): (() => void) | null {
    const { idle, places, running } = consumer;
    if (!consumer.open || !idle.has(agent) || !places.take(agent)) return null;
    const { promise, resolve } = Promise.withResolvers<void>();
    running.add(promise);
    forgetFull(consumer);
    return () => {
      running.delete(promise);
      places.giveBack(agent);
      resolve();
      if (places.withPlace().some((known) => !idle.has(known))) schedule();
    };
  }

  function write(apply: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      writes.push({ apply, resolve, reject });
      schedule();
    });
  }

  function renew(): void {
    try {
      renewedAt = now();
      table.renew(now() + leaseMs);
    } catch {
      // Tried again at the next beat; a lease that ends meanwhile gives the message to another consumer.
    }
  }

  async function remove(consumer: ConsumerState): Promise<void> {
    consumer.open = false;
    while (consumer.running.size > 0) await Promise.allSettled(consumer.running);
    await write(() => undefined).catch(() => undefined); // after the dispositions that are still to be committed
    consumers.delete(consumer);
    if (consumers.size > 0) return;
    clearInterval(renewal);
    clearTimeout(alarm);
    renewal = undefined;
    unlisten?.();
    unlisten = undefined;
  }

  return {
    publish(agent, apply) {
      for (const consumer of consumers) consumer.idle.delete(agent);
      return write(apply);
    },
    add(options, handler) {
      const consumer: ConsumerState = { handler, places: createPlaces(options), running: new Set(), idle: new Set(), open: true };
      consumers.add(consumer);
      if (!renewal) renewedAt = now();
      renewal ??= setInterval(renew, leaseMs / 3);
      unlisten ??= foreign.listen(schedule);
      schedule();
      let closing: Promise<void> | undefined;
      return { reserve: (agent) => reserve(consumer, agent), close: () => closing ??= remove(consumer) };
    },
    async close() {
      await Promise.all([...consumers].map(remove));
      await write(() => undefined);
    },
  };
}

/** What comes while an agent has no place waits in the table, so the end of its last free one makes it look again. */
function forgetFull({ idle, places }: ConsumerState): void {
  for (const agent of idle) if (!places.has(agent)) idle.delete(agent);
}
