import type { Delivery, QueueMessage } from '../queue.ts';

/** Of the JSON below. What has another one was written by a version that declares other queues. */
const FORM = 1;
export const TYPE = 'aios.task';

/** What a message holds besides its identity. */
export interface Journey {
  /** ms since 1970: not to be delivered before. */
  readonly dueAt: number;
  /** Deliveries of the messages that this one follows. */
  readonly earlierDeliveries: number;
}

export function encode({ id, agent, priority }: QueueMessage, { dueAt, earlierDeliveries }: Journey): Buffer {
  return Buffer.from(JSON.stringify({ form: FORM, id, agent, priority, dueAt, earlierDeliveries }));
}

/** Or the reason why it is not one of ours. `redeliveries`: what the broker counted of this message. */
export function decode(content: Buffer, agent: string, redeliveries: number): { readonly delivery: Delivery; readonly dueAt: number } | { readonly reason: string } {
  let value: Readonly<Record<string, unknown>> | null;
  try {
    value = JSON.parse(content.toString());
  } catch {
    return { reason: 'it is not JSON' };
  }
  if (typeof value !== 'object' || value === null) return { reason: 'it is not a JSON object' };
  const { form, id, priority, dueAt, earlierDeliveries } = value;
  if (form !== FORM) return { reason: `its form is not ${FORM}` };
  if (typeof id !== 'string' || id === '') return { reason: 'it has no id' };
  if (value['agent'] !== agent) return { reason: 'it is for another agent than its queue' };
  if (!isCount(priority) || !isCount(dueAt) || !isCount(earlierDeliveries)) return { reason: 'a number is missing or wrong' };
  return { delivery: { id, agent, priority, deliveries: earlierDeliveries + redeliveries + 1 }, dueAt };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
