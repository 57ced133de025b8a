import type { Client } from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresSettings } from './postgres-options.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A connection whose other end is gone without a word is found out by asking. */
const ASK_EVERY_MS = 10_000;
const FAREWELL_MS = 500;

export interface ListenOptions {
  readonly settings: PostgresSettings;
  /** Of characters that need no quotes. */
  readonly channel: string;
  heard(payload: string): void;
  /** It listens, again or still: something may have been missed. */
  missed(): void;
}

export interface Listening {
  stop(): Promise<void>;
}

/** Listens on a connection of its own, and makes another one whenever it breaks. */
export function listen({ settings, channel, heard, missed }: ListenOptions): Listening {
  const stopped = new AbortController();

  const over = new Promise<void>((resolve) => stopped.signal.addEventListener('abort', () => resolve(), { once: true }));

  async function once(client: Client): Promise<void> {
    const broken = Promise.withResolvers<never>();
    broken.promise.catch(() => undefined); // it may break while nobody waits for it
    client.on('error', broken.reject);
    client.on('end', () => broken.reject(new Error('ended')));
    client.on('notification', ({ payload = '' }) => heard(payload));
    const orOver = <Result>(work: Promise<Result>) => Promise.race([work, broken.promise, over]);
    await orOver(client.connect());
    await orOver(client.query(`LISTEN ${channel}`));
    while (!stopped.signal.aborted) {
      missed();
      await orOver(pause(ASK_EVERY_MS, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined));
      if (!stopped.signal.aborted) await orOver(client.query('SELECT 1'));
    }
  }

  async function loop(): Promise<void> {
    const { default: pg } = await import('pg');
    for (let delayMs = 0; !stopped.signal.aborted; delayMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, delayMs * 2))) {
      if (delayMs > 0) await pause(delayMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      const client = new pg.Client({ ...settings.client, application_name: 'aios-listen' });
      const startedAt = performance.now();
      // Whoever waits looks again once it listens; until then every change of other processes is seen late, and none is lost.
      await once(client).catch(() => undefined);
      if (performance.now() - startedAt > LONGEST_PAUSE_MS) delayMs = 0;
      await Promise.race([client.end().catch(() => undefined), pause(FAREWELL_MS, undefined, { ref: false })]);
    }
  }

  const running = loop();
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
