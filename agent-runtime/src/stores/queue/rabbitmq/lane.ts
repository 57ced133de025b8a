import type { Channel, ChannelModel } from 'amqplib';
import type { AiosError } from '../../../errors.ts';
import type { QueueLog } from '../queue.ts';
import type { ConsumerSession, Item, Raw } from './session.ts';
import { declarationTrouble, unavailable } from './trouble.ts';
import type { Topology } from './topology.ts';

const TRY_AGAIN_MS = 1_000;

/** One agent's queue as a consumer sees it, over a channel of its own, so that a queue that does not answer holds up no other. */
export interface Lane {
  readonly agent: string;
  /** What came while no place was free. */
  readonly held: Item[];
  /**
   * `on`: the broker sends what comes, up to the agent's places. `paused`: more came than the consumer as a whole had places
   * for; it asks for one message when it has a place, until none waits.
   */
  state: 'off' | 'on' | 'pausing' | 'paused' | 'asking';
  trouble: AiosError | null;
  session: ConsumerSession | null;
  /** Gets a channel of this connection, and another one when that is lost. Forgets what came before. */
  open(model: ChannelModel): void;
  /** Has the broker send messages. */
  turnOn(): Promise<void>;
  /** Has it send no more. */
  turnOff(): Promise<void>;
  /** Null: none waits. */
  ask(): Promise<Raw | null>;
  close(): void;
}

export interface LaneOptions {
  readonly agent: string;
  readonly prefetch: number;
  readonly topology: Topology;
  readonly url: URL;
  readonly timeoutMs: number;
  readonly log: QueueLog;
  /** Whether the connection is still the one that is up. */
  isCurrent(model: ChannelModel): boolean;
  arrived(session: ConsumerSession, raw: Raw): void;
}

export function createLane({ agent, prefetch, topology, url, timeoutMs, log, isCurrent, arrived }: LaneOptions): Lane {
  const queue = topology.queueOf(agent);
  let retry: NodeJS.Timeout | undefined;
  let tag = '';

  function troubled(trouble: AiosError): void {
    if (lane.trouble?.message !== trouble.message) log('error', 'queue-not-consumed', { queue, reason: trouble.message });
    lane.trouble = trouble;
  }

  async function subscribe(model: ChannelModel): Promise<void> {
    const late = setTimeout(() => troubled(unavailable(`RabbitMQ at ${url.host} does not let the queue ${queue} be consumed: it has no leader. `
      + `Look at rabbitmq-queues quorum_status ${queue}; if it does not come back, delete it: tasks that wait are published again from the records.`)), timeoutMs);
    try {
      await topology.declareAgent(model, agent);
      const channel = await model.createChannel();
      const session: ConsumerSession = { channel, open: true };
      lane.session = session;
      channel.on('error', (error) => log('warn', 'queue-channel-closed', { queue, reason: error.message }));
      channel.prependListener('close', () => {
        session.open = false;
        if (lane.session === session) again(model);
      });
      await lane.turnOn();
      lane.trouble = null;
    } catch (error) {
      const trouble = declarationTrouble(error, url);
      if (trouble && isCurrent(model)) troubled(trouble.error);
      again(model);
    } finally {
      clearTimeout(late);
    }
  }

  function again(model: ChannelModel): void {
    clearTimeout(retry);
    retry = setTimeout(() => {
      if (isCurrent(model)) lane.open(model);
    }, TRY_AGAIN_MS);
  }

  function channelOf(): Channel {
    if (!lane.session?.open) throw new Error('the channel is closed');
    return lane.session.channel;
  }

  const lane: Lane = {
    agent, held: [], state: 'off', trouble: null, session: null,
    open(model) {
      clearTimeout(retry);
      lane.held.length = 0;
      lane.state = 'off';
      lane.session = null;
      void subscribe(model);
    },
    async turnOn() {
      const channel = channelOf();
      const session = lane.session!;
      // Both at once and in this order: a prefetch is for the consumer that follows it.
      const limited = channel.prefetch(prefetch);
      const consuming = channel.consume(queue, (raw) => {
        if (raw !== null) arrived(session, raw);
        else channel.close().catch(() => undefined); // the queue was deleted; it is declared again with the next channel
      });
      const [, { consumerTag }] = await Promise.all([limited, consuming]);
      tag = consumerTag;
      lane.state = 'on';
    },
    async turnOff() {
      await channelOf().cancel(tag);
    },
    async ask() {
      return await channelOf().get(queue) || null;
    },
    close: () => clearTimeout(retry),
  };
  return lane;
}
