import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery, Disposition, QueueLog } from '../queue.ts';
import type { ConsumerSession, Item, Raw } from './session.ts';

const TRY_AGAIN_MS = 1_000;

export interface SettlementOptions {
  /** Puts the work of a delivery into the queue again. */
  again(delivery: Delivery, delayMs: number): Promise<void>;
  /** Puts a message that is not ours where people find it. */
  aside(raw: Raw, queue: string, reason: string): Promise<void>;
  /**
   * The broker takes back what stays out longer than its `consumer_timeout` (half an hour) and closes the channel. What is
   * worked on for so long goes on without its message, and a delayed copy of it comes in case that this process dies.
   */
  readonly renewMs: number;
  readonly log: QueueLog;
}

/** How deliveries end: nothing is acked before what follows it is safe. */
export interface Settlement {
  /** To be called as work begins; the answer ends the delivery. */
  begin(item: Item, isClosing: () => boolean): (disposition: Disposition) => Promise<void>;
  park(session: ConsumerSession, raw: Raw, queue: string, reason: string): Promise<void>;
}

export function createSettlement({ again, aside, renewMs, log }: SettlementOptions): Settlement {
  /** Until it is safe, the message has come back by itself, or the time has come at which it is to come back. False: it is not safe. */
  async function repeat({ session, delivery }: Item, delayMs: number, isRenewed: () => boolean, isClosing: () => boolean): Promise<boolean> {
    const dueAt = Date.now() + delayMs;
    for (;;) {
      // The broker delivers it again by itself, but that one may be there already, and have been dropped as a spare one.
      if (!session.open && !isRenewed() && isClosing()) return false;
      if (!session.open && !isRenewed()) return again(delivery, Math.max(dueAt - Date.now(), 0)).then(() => false, () => false);
      try {
        await again(delivery, Math.max(dueAt - Date.now(), 0));
        return true;
      } catch (error) {
        log('warn', 'queue-retry-not-written', { id: delivery.id, reason: String(error) });
        // The queue that it is to wait in may be without a leader for good: then its message waits here, and is given back in time.
        if (isClosing() || (Date.now() >= dueAt && !isRenewed())) return false;
        await pause(TRY_AGAIN_MS);
      }
    }
  }

  return {
    begin(item, isClosing) {
      const { session, raw, delivery } = item;
      let renewed = false;
      let timer = setTimeout(renew, renewMs);
      let done = false;

      function renew(): void {
        again(delivery, renewMs).then(() => {
          if (done) return;
          renewed = true;
          if (session.open) session.channel.ack(raw);
        }).catch((error: unknown) => {
          log('warn', 'queue-delivery-not-renewed', { id: delivery.id, reason: String(error) });
          if (!done) timer = setTimeout(renew, Math.min(renewMs, 30_000));
        });
      }

      return async (disposition) => {
        clearTimeout(timer);
        done = true;
        if (disposition.action === 'retry' && (disposition.delayMs > 0 || renewed)) {
          const safe = await repeat(item, disposition.delayMs, () => renewed, isClosing);
          if (renewed || !session.open) return;
          if (safe) session.channel.ack(raw);
          else session.channel.nack(raw, false, true);
          return;
        }
        if (renewed || !session.open) return;
        if (disposition.action !== 'retry') session.channel.ack(raw);
        else session.channel.nack(raw, false, true);
      };
    },
    async park(session, raw, queue, reason) {
      log('error', 'queue-foreign-message', { queue, reason, messageId: raw.properties.messageId, bytes: raw.content.length });
      const parked = await aside(raw, queue, reason).then(() => true, () => false);
      // Rejected, the broker itself puts it there, without the reason.
      if (session.open && parked) session.channel.ack(raw);
      else if (session.open) session.channel.nack(raw, false, false);
    },
  };
}
