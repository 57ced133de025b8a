import { setTimeout } from 'node:timers/promises';
import type { ChannelModel, ConfirmChannel, Options } from 'amqplib';
import { AiosError } from '../../../errors.ts';
import { createLink, within, type LinkOptions } from './link.ts';
import { declarationTrouble, unavailable } from './trouble.ts';

const RETRY_AFTER_MS = 5_000;
const PAUSE_MS = 10;
/** A queue that is full goes on refusing; one that is being declared by two processes at once (3.10) does so for a moment. */
const MOST_REFUSALS = 2;
const REFUSAL_PAUSE_MS = 100;

export interface Letter {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: Options.Publish;
  /** What must be there before it is sent, by a name under which it is remembered. */
  readonly needs: Readonly<Record<string, (model: ChannelModel) => Promise<void>>>;
  /** The queue that takes it first. */
  readonly queue: string;
}

export interface Publisher {
  /**
   * Resolves once the broker has it safe. What was not confirmed when the connection ended is sent again on the next one.
   * Throws `queue_full` when the broker refuses it, `store_unavailable` when there is no answer in time.
   */
  publish(letter: Letter): Promise<void>;
  /** Whether the broker can be reached and takes messages. */
  check(): Promise<void>;
  close(): Promise<void>;
}

type Outcome = 'confirmed' | 'refused' | 'returned' | 'lost';

interface Session {
  readonly model: ChannelModel;
  declare(needs: Letter['needs']): Promise<void>;
  send(letter: Letter): Promise<Outcome>;
}

export function createPublisher(options: Omit<LinkOptions<Session>, 'open'>): Publisher {
  const { url, timeoutMs } = options;
  const link = createLink<Session>({ ...options, open });

  async function deliver(letter: Letter, session: Session): Promise<Outcome> {
    try {
      await session.declare(letter.needs);
    } catch (error) {
      const trouble = declarationTrouble(error, url);
      if (trouble) throw trouble.error;
      return 'lost';
    }
    return session.send(letter);
  }

  return {
    async publish(letter) {
      const deadline = performance.now() + timeoutMs;
      for (let returns = 0, refusals = 0; returns < 2;) {
        const session = await link.session(deadline);
        const outcome = await within(Math.max(deadline - performance.now(), 1), deliver(letter, session)).catch((error: unknown) => {
          if (error instanceof AiosError) throw error;
          throw link.trouble() ?? unavailable(`RabbitMQ at ${url.host} did not confirm a message for ${letter.queue} within ${timeoutMs} ms. Check the broker's load and disk, and that the queue has a leader (rabbitmq-queues quorum_status).`, error);
        });
        if (outcome === 'confirmed') return;
        if (outcome === 'refused' && (refusals += 1) > MOST_REFUSALS) {
          throw new AiosError('queue_full', `The queue ${letter.queue} takes no more messages. Let workers empty it or start more of them, and try again.`,
            { retryAfterMs: RETRY_AFTER_MS });
        }
        if (outcome === 'returned') returns += 1; // its queue was deleted; it is declared again on the next connection
        await setTimeout(outcome === 'refused' ? REFUSAL_PAUSE_MS : PAUSE_MS);
        if (performance.now() > deadline) throw link.trouble() ?? unavailable(`RabbitMQ at ${url.host} ended the connection again and again. See its log.`);
      }
      throw unavailable(`RabbitMQ at ${url.host} has no queue ${letter.queue} although it was declared. See who deletes it.`);
    },
    async check() {
      const deadline = performance.now() + timeoutMs;
      await link.session(deadline);
    },
    close: () => link.close(),
  };
}

async function open(model: ChannelModel, end: () => void): Promise<Session> {
  const declared = new Map<string, Promise<void>>();
  /** By queue: in the broker, a queue without a leader holds up all that comes over the same channel. */
  const channels = new Map<string, Promise<ConfirmChannel>>();
  const letters = new Map<string, { returned: boolean }>();
  let sequence = 0;
  let ended = false;

  async function openChannel(): Promise<ConfirmChannel> {
    const channel = await model.createConfirmChannel();
    channel.on('error', () => undefined); // followed by `close`
    // Before the library's own listener, which tells each letter that the channel is closed.
    channel.prependListener('close', () => {
      ended = true;
      end();
    });
    channel.on('return', ({ properties }) => {
      const letter = letters.get(String(properties.correlationId));
      if (letter) letter.returned = true;
      // A queue that was deleted and declared again loses what comes over a channel that has sent to the one before (3.10).
      setImmediate(end);
    });
    return channel;
  }

  function channelTo(queue: string): Promise<ConfirmChannel> {
    let channel = channels.get(queue);
    if (!channel) {
      channel = openChannel();
      channels.set(queue, channel);
      channel.catch(() => channels.delete(queue));
    }
    return channel;
  }

  return {
    model,
    async declare(needs) {
      for (const [name, declare] of Object.entries(needs)) {
        let done = declared.get(name);
        if (!done) {
          done = declare(model);
          declared.set(name, done);
          done.catch(() => declared.delete(name));
        }
        await done;
      }
    },
    send: async (letter) => {
      const channel = await channelTo(letter.queue).catch(() => null);
      if (channel === null) return 'lost'; // the connection is ending
      return sendOver(channel, letter);
    },
  };

  function sendOver(channel: ConfirmChannel, letter: Letter): Promise<Outcome> {
    return new Promise((resolve) => {
      const correlationId = String(sequence += 1);
      const state = { returned: false };
      letters.set(correlationId, state);
      const settle = (outcome: Outcome) => {
        letters.delete(correlationId);
        resolve(outcome);
      };
      const confirm = (error: unknown) => {
        if (ended) settle('lost');
        else if (error) settle('refused');
        else settle(state.returned ? 'returned' : 'confirmed');
      };
      sendOn(channel, letter, correlationId, confirm, () => settle('lost'));
    });
  }
}

function sendOn(channel: ConfirmChannel, letter: Letter, correlationId: string, confirm: (error: unknown) => void, lost: () => void): void {
  try {
    channel.publish(letter.exchange, letter.routingKey, letter.content, { persistent: true, mandatory: true, correlationId, ...letter.properties }, confirm);
  } catch {
    lost(); // the channel is closing
  }
}
