import type { Channel, ChannelModel, ConsumeMessage, GetMessage } from 'amqplib';
import type { Delivery } from '../queue.ts';

/** A consumer's channel. What came over it and was not settled when it closes is delivered again by the broker. */
export interface ConsumerSession {
  readonly model: ChannelModel;
  readonly channel: Channel;
  open: boolean;
  /** Gives it up, so that another one is made. */
  end(): void;
}

/** A message as the broker has handed it over. */
export type Raw = ConsumeMessage | GetMessage;

export interface Item {
  readonly session: ConsumerSession;
  readonly raw: Raw;
  readonly delivery: Delivery;
}
