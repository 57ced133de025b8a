import type { Channel, ConsumeMessage, GetMessage } from 'amqplib';
import type { Delivery } from '../queue.ts';

/** A channel on which a queue is consumed. What came over it and was not settled when it closes is delivered again by the broker. */
export interface ConsumerSession {
  readonly channel: Channel;
  open: boolean;
}

/** A message as the broker has handed it over. */
export type Raw = ConsumeMessage | GetMessage;

export interface Item {
  readonly session: ConsumerSession;
  readonly raw: Raw;
  readonly delivery: Delivery;
}
