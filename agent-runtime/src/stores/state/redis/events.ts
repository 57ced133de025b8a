import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { createListeners } from '../listeners.ts';
import type { Events } from '../state.ts';
import type { RedisConnection } from './connection.ts';

const PAUSE_MS = 250;
/** A connection that only hears is asked that often whether it is still there. */
const PULSE_MS = 2_000;

/**
 * One connection of its own hears all topics that have a listener, from the first one on. When it is lost a new one is made,
 * and as nobody knows what was said meanwhile, the listeners are told so.
 */
export function createRedisEvents({ connection, keyPrefix }: { readonly connection: RedisConnection; readonly keyPrefix: string }):
  Events & { close(): Promise<void> } {
  const listeners = createListeners();
  const base = `${keyPrefix}:event:`;
  /** What this process says it has heard already. */
  const me = randomUUID();
  const ending = new AbortController();
  /** The connection of now, or the one that is being made. */
  let latest: Redis | undefined;
  /** The same once it is up. */
  let subscriber: Redis | undefined;
  let hearing: Promise<void> | undefined;

  async function hear(): Promise<void> {
    while (!ending.signal.aborted) {
      await hearOnce().catch(() => undefined); // commands tell why the server is away
      await sleep(PAUSE_MS, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
    }
  }

  /** Until the connection is lost. */
  async function hearOnce(): Promise<void> {
    const redis = latest = await connection.openSubscriber();
    if (ending.signal.aborted) return;
    const ended = new Promise<void>((resolve) => { redis.once('end', resolve); });
    redis.on('error', () => undefined);
    redis.on('message', (channel: string, message: string) => {
      if (!message.startsWith(me)) listeners.tell(channel.slice(base.length), message.slice(me.length));
    });
    await redis.connect();
    subscriber = redis;
    const pulse = setInterval(() => redis.ping().catch(() => drop(redis)), PULSE_MS).unref();
    await Promise.all(listeners.topics().map((topic) => listen(redis, topic)));
    await ended;
    clearInterval(pulse);
    subscriber = undefined;
  }

  /** A topic that cannot be had needs a new connection. */
  async function listen(redis: Redis, topic: string): Promise<void> {
    try {
      await redis.subscribe(base + topic);
      listeners.tell(topic, null);
    } catch {
      drop(redis);
    }
  }

  return {
    publish(topic, text) {
      listeners.tell(topic, text);
      connection.ask((redis) => redis.publish(base + topic, me + text)).catch(() => undefined);
    },
    subscribe(topic, listener) {
      const remove = listeners.add(topic, listener);
      hearing ??= hear();
      if (subscriber) void listen(subscriber, topic);
      return () => {
        remove();
        if (!listeners.topics().includes(topic)) subscriber?.unsubscribe(base + topic).catch(() => undefined);
      };
    },
    async close() {
      ending.abort();
      if (latest) drop(latest);
      await hearing;
      listeners.clear();
    },
  };
}

function drop(redis: Redis): void {
  if (redis.status !== 'end') redis.disconnect();
}
