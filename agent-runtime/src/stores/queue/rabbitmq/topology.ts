import type { Channel, ChannelModel } from 'amqplib';
import { DELAY_LEVELS, durationOf, patternOf } from './delay.ts';

/**
 * Of the names below. A version that needs other queues or messages counts it up and works on its own queues beside workers of
 * the one before, which empty theirs.
 */
const VERSION = 'v1';
const MOST_PARKED = 100_000;

export interface TopologyOptions {
  /** Of all names, so that installations may share a broker. */
  readonly prefix: string;
  /** Of an agent's queue, in messages. */
  readonly maxLength: number;
  /** How often a message may come back from consumers that died with it. */
  readonly deliveryLimit: number;
}

/** The names in the broker, and how they are declared. To declare what is there costs one question each. */
export interface Topology {
  /** Routes by the agent, which is the last word of the key. */
  readonly tasks: string;
  readonly parked: string;
  queueOf(agent: string): string;
  keyOf(agent: string): string;
  /** Exchange and queue of a level. */
  delayOf(level: number): string;
  declareAgent(model: ChannelModel, agent: string): Promise<void>;
  declareDelays(model: ChannelModel): Promise<void>;
}

export function createTopology({ prefix, maxLength, deliveryLimit }: TopologyOptions): Topology {
  const base = `${prefix}.${VERSION}`;
  const tasks = `${base}.tasks`;
  const parked = `${base}.parked`;
  const queueOf = (agent: string) => `${tasks}.${keyOf(agent)}`;
  const delayOf = (level: number) => `${base}.delay.${String(level).padStart(2, '0')}`;

  return {
    tasks, parked, queueOf, keyOf, delayOf,
    declareAgent: (model, agent) => onChannel(model, async (channel) => {
      await channel.assertExchange(parked, 'fanout');
      await channel.assertQueue(parked, { arguments: { 'x-queue-type': 'quorum', 'x-max-length': MOST_PARKED, 'x-overflow': 'drop-head' } });
      await channel.bindQueue(parked, parked, '');
      await channel.assertExchange(tasks, 'topic');
      await channel.assertQueue(queueOf(agent), {
        arguments: { ...safeDeadLetters(parked), 'x-max-length': maxLength, 'x-delivery-limit': deliveryLimit },
      });
      await channel.bindQueue(queueOf(agent), tasks, `#.${keyOf(agent)}`);
    }),
    declareDelays: (model) => onChannel(model, async (channel) => {
      await channel.assertExchange(tasks, 'topic');
      for (let level = 0; level < DELAY_LEVELS; level += 1) {
        const name = delayOf(level);
        const next = level === 0 ? tasks : delayOf(level - 1);
        await channel.assertExchange(name, 'topic');
        await channel.assertQueue(name, { arguments: { ...safeDeadLetters(next), 'x-message-ttl': durationOf(level) } });
        await channel.bindQueue(name, name, patternOf(level, 1));
        await channel.bindExchange(next, name, patternOf(level, 0));
      }
    }),
  };
}

/** Messages leave the queue only once where they go to has them. */
function safeDeadLetters(exchange: string) {
  return {
    'x-queue-type': 'quorum', 'x-dead-letter-exchange': exchange, 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish',
  };
}

/** One word of a routing key, without what patterns mean something by. */
function keyOf(agent: string): string {
  return encodeURIComponent(agent).replace(/[.*!~'()]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

/** A channel of its own, as a refusal closes it. */
export async function onChannel<Result>(model: ChannelModel, work: (channel: Channel) => Promise<Result>): Promise<Result> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined); // told to who waits
  try {
    return await work(channel);
  } finally {
    channel.close().catch(() => undefined); // not waited for: if the connection ends first, no answer comes
  }
}
