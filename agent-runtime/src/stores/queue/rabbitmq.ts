import { AiosError } from '../../errors.ts';
import type { Queue, QueueLog, QueueMessage } from './queue.ts';
import { createConsumer, type RabbitmqConsumer } from './rabbitmq/consumer.ts';
import { routeOf } from './rabbitmq/delay.ts';
import { createGauge } from './rabbitmq/gauge.ts';
import { encode, TYPE } from './rabbitmq/message.ts';
import { createPublisher, type Letter } from './rabbitmq/publisher.ts';
import type { Raw } from './rabbitmq/session.ts';
import { createSettlement } from './rabbitmq/settlement.ts';
import { createTopology } from './rabbitmq/topology.ts';
import { parseUrl, unavailable } from './rabbitmq/trouble.ts';

const HIGHEST_PRIORITY = 9;
/** Between the publications of two processes, and between their clocks: what is younger may still be on its way. */
const TRANSIT_MS = 60_000;

export interface RabbitmqQueueOptions {
  /** `amqp://` or `amqps://` with name, password and virtual host. */
  readonly url: string;
  /** Of all names in the broker. Default `aios`. */
  readonly prefix?: string;
  /** Most messages that wait in one agent's queue; more are refused. Fixed when the queue is declared. Default 1,000,000. */
  readonly maxLength?: number;
  /** How often a message comes back from consumers that died with it until it is parked. Fixed as well. Default 100. */
  readonly deliveryLimit?: number;
  /** Most ms for connecting, and for a message to be confirmed. Default 5,000. */
  readonly timeoutMs?: number;
  /** A connection that is silent for two to three times as long is given up. Default 5. */
  readonly heartbeatSeconds?: number;
  /** After how many ms work goes on without its message; less than the broker's `consumer_timeout`. Default 20 minutes. */
  readonly renewMs?: number;
  readonly log?: QueueLog;
}

/**
 * A queue on RabbitMQ 3.10 or later, shared by processes on any machine: a quorum queue for each agent. What waits survives the
 * broker; what is under way here when the connection breaks is delivered again. A place can be reserved for work that comes
 * without a message while the broker has none for it, and while it is away.
 */
export function createRabbitmqQueue(options: RabbitmqQueueOptions): Queue {
  const { prefix = 'aios', maxLength = 1_000_000, deliveryLimit = 100, timeoutMs = 5_000, heartbeatSeconds = 5, renewMs = 20 * 60_000 } = options;
  const log: QueueLog = options.log ?? (() => undefined);
  const url = parseUrl(options.url);
  const topology = createTopology({ prefix, maxLength, deliveryLimit });
  const link = (name: string) => ({ url, name: `${prefix} ${name}`, heartbeatSeconds, timeoutMs, log });
  const publisher = createPublisher(link('publisher'));
  const gauge = createGauge({ link: link('gauge'), topology });
  const consumers = new Set<RabbitmqConsumer>();
  /** By agent: until when its queue is taken to be full, and up to when its messages are known to have been delivered. */
  const fullUntil = new Map<string, number>();
  const deliveredUpTo = new Map<string, number>();
  /** Agents that this process has had to do with: the broker alone can't list its queues. */
  const known = new Set<string>();
  let closed: Promise<void> | undefined;

  function usable(): void {
    if (closed) throw unavailable('The queue is closed: the runtime is shutting down. Try again.');
  }

  async function send(message: QueueMessage, delayMs: number, earlierDeliveries: number): Promise<void> {
    const { agent } = message;
    try {
      await publisher.publish(letterOf(message, delayMs, earlierDeliveries));
      fullUntil.delete(agent);
    } catch (error) {
      if (error instanceof AiosError && error.code === 'queue_full') fullUntil.set(agent, Date.now() + (error.retryAfterMs ?? 0));
      throw error;
    }
  }

  function letterOf(message: QueueMessage, delayMs: number, earlierDeliveries: number): Letter {
    const { id, agent } = message;
    const priority = Math.min(Math.max(Math.trunc(message.priority), 0), HIGHEST_PRIORITY);
    const dueAt = Math.ceil(Date.now() + delayMs);
    const letter = {
      content: encode({ id, agent, priority }, { dueAt, earlierDeliveries }),
      properties: { messageId: id, type: TYPE, contentType: 'application/json', priority, timestamp: Math.floor(Date.now() / 1_000) },
    };
    const needs: Letter['needs'] = { [`agent ${agent}`]: (model) => topology.declareAgent(model, agent) };
    if (delayMs <= 0) return { ...letter, needs, exchange: topology.tasks, routingKey: topology.keyOf(agent), queue: topology.queueOf(agent) };
    const { level, bits } = routeOf(delayMs);
    const delay = topology.delayOf(level);
    return { ...letter, needs: { ...needs, delays: topology.declareDelays }, exchange: delay, routingKey: `${bits}.${topology.keyOf(agent)}`, queue: delay };
  }

  /** The reason goes with it as headers. */
  async function aside(raw: Raw, queue: string, reason: string): Promise<void> {
    const { messageId, type, contentType } = raw.properties;
    await publisher.publish({
      exchange: topology.parked, routingKey: '', content: raw.content, queue: topology.parked, needs: {},
      properties: { messageId, type, contentType, headers: { 'aios-reason': reason, 'aios-queue': queue, 'aios-parked-at': new Date().toISOString() } },
    });
  }

  const settlement = createSettlement({
    again: (delivery, delayMs) => send(delivery, Math.max(delayMs, 1), delivery.deliveries), aside, renewMs, log,
  });

  return {
    async publish(message, { delayMs = 0 } = {}) {
      usable();
      known.add(message.agent);
      await send(message, delayMs, 0);
    },
    admit(agents) {
      for (const agent of agents) {
        const left = (fullUntil.get(agent) ?? 0) - Date.now();
        if (left > 0) {
          throw new AiosError('queue_full', `So many tasks of the agent ${agent} wait that no more are taken. Try again later, or start more workers.`, { retryAfterMs: left });
        }
      }
    },
    consume(consumeOptions, handler) {
      usable();
      for (const agent of consumeOptions.agents.keys()) known.add(agent);
      const consumer = createConsumer(consumeOptions, handler, {
        link: link('consumer'), topology, settlement, log,
        delivered: ({ agent }, dueAt) => void deliveredUpTo.set(agent, Math.max(deliveredUpTo.get(agent) ?? 0, dueAt)),
      });
      consumers.add(consumer);
      return {
        reserve: (agent) => consumer.reserve(agent),
        close: () => consumer.close().finally(() => consumers.delete(consumer)),
      };
    },
    async lostBefore(agent) {
      usable();
      const askedAt = Date.now();
      if (await gauge.ready(agent) === 0) return askedAt;
      return (deliveredUpTo.get(agent) ?? 0) - TRANSIT_MS;
    },
    async depth() {
      usable();
      const { ready, delayed } = await gauge.depth(known);
      const counts = [...consumers].map((consumer) => consumer.counts());
      return {
        ready: counts.reduce((sum, { held }) => sum + held, ready), delayed, running: counts.reduce((sum, { running }) => sum + running, 0),
      };
    },
    async ping() {
      usable();
      await publisher.check();
      await gauge.check();
      for (const consumer of consumers) consumer.check();
    },
    close() {
      return closed ??= (async () => {
        await Promise.all([...consumers].map((consumer) => consumer.close()));
        await Promise.all([publisher.close(), gauge.close()]);
      })();
    },
  };
}
