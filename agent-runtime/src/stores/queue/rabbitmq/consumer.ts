import type { ChannelModel } from 'amqplib';
import { createPlaces } from '../places.ts';
import type { ConsumeOptions, Consumer, Delivery, Disposition, QueueLog } from '../queue.ts';
import { createLanes } from './lanes.ts';
import { createLink, within, type LinkOptions } from './link.ts';
import { decode } from './message.ts';
import type { ConsumerSession, Item, Raw } from './session.ts';
import type { Settlement } from './settlement.ts';
import type { Topology } from './topology.ts';
import { declarationTrouble } from './trouble.ts';

const PAUSE_AFTER_BUG_MS = 5_000;
const FAREWELL_MS = 2_000;

export interface ConsumerParts {
  readonly link: Omit<LinkOptions<ChannelModel>, 'open'>;
  readonly topology: Topology;
  readonly settlement: Settlement;
  readonly log: QueueLog;
  /** A first delivery of a message that was due then. */
  delivered(delivery: Delivery, dueAt: number): void;
}

export interface RabbitmqConsumer extends Consumer {
  /** Deliveries that its handler is busy with, and those that wait here for a place. */
  counts(): { readonly running: number; readonly held: number };
  /** Throws why it gets no messages, where it gets none. */
  check(): void;
}

export function createConsumer(
  options: ConsumeOptions, handler: (delivery: Delivery) => Promise<Disposition>, { link: linkOptions, topology, settlement, log, delivered }: ConsumerParts,
): RabbitmqConsumer {
  const places = createPlaces(options);
  const work = new Set<Promise<void>>();
  let running = 0;
  let closing: Promise<void> | undefined;

  const link = createLink<ChannelModel>({
    ...linkOptions,
    async open(model) {
      if (closing) return model;
      current = model;
      lanes.open(model);
      // Before the first retry: a broker that is killed within seconds of a queue's creation may lose the queue.
      topology.declareDelays(model).catch((error: unknown) => {
        const trouble = declarationTrouble(error, linkOptions.url);
        if (trouble) log('error', 'queue-delays-not-declared', { reason: trouble.error.message });
      });
      return model;
    },
  });
  let current: ChannelModel | null = null;
  const lanes = createLanes({
    prefetch: new Map([...options.agents].map(([agent, count]) => [agent, Math.min(count, options.concurrency)])),
    places, topology, url: linkOptions.url, timeoutMs: linkOptions.timeoutMs, log, receive, run,
    isCurrent: (model) => !closing && model === current,
    isClosing: () => closing !== undefined,
  });

  function receive(session: ConsumerSession, agent: string, raw: Raw): Item | null {
    const redeliveries = Number(raw.properties.headers?.['x-delivery-count'] ?? 0);
    const read = decode(raw.content, agent, redeliveries);
    if ('reason' in read) {
      track(settlement.park(session, raw, topology.queueOf(agent), read.reason));
      return null;
    }
    if (redeliveries === 0 && read.delivery.priority === 0) delivered(read.delivery, read.dueAt);
    return { session, raw, delivery: read.delivery };
  }

  function track(promise: Promise<void>): void {
    const tracked = promise.catch((error: unknown) => log('warn', 'queue-delivery-not-settled', { reason: String(error) })).finally(() => work.delete(tracked));
    work.add(tracked);
  }

  function run(item: Item): void {
    running += 1;
    const settle = settlement.begin(item, () => closing !== undefined);
    track((async () => handler(item.delivery))()
      .catch((error: unknown): Disposition => {
        log('error', 'queue-handler-failed', { id: item.delivery.id, reason: String(error) });
        return { action: 'retry', delayMs: PAUSE_AFTER_BUG_MS };
      })
      .then((disposition) => {
        running -= 1;
        const settled = settle(disposition);
        places.giveBack(item.delivery.agent);
        lanes.next();
        return settled;
      }));
  }

  async function close(): Promise<void> {
    await within(FAREWELL_MS, lanes.stop()).catch(() => undefined);
    while (work.size > 0) await Promise.allSettled(work);
    await within(FAREWELL_MS, lanes.close()).catch(() => undefined);
    await link.close();
  }

  link.start();
  return {
    reserve(agent) {
      if (closing || !lanes.isIdle(agent, link.trouble() !== null) || !places.take(agent)) return null;
      const { promise, resolve } = Promise.withResolvers<void>();
      track(promise);
      return () => {
        places.giveBack(agent);
        resolve();
        lanes.next();
      };
    },
    counts: () => ({ running, held: lanes.held() }),
    check() {
      const trouble = link.trouble() ?? lanes.trouble();
      if (trouble) throw trouble;
    },
    close: () => closing ??= close(),
  };
}
