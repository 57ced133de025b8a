import type { ChannelModel } from 'amqplib';
import { DELAY_LEVELS } from './delay.ts';
import { createLink, within, type LinkOptions } from './link.ts';
import { onChannel, type Topology } from './topology.ts';
import { connectionTrouble } from './trouble.ts';

export interface GaugeOptions {
  readonly link: Omit<LinkOptions<ChannelModel>, 'open'>;
  readonly topology: Topology;
}

/** Counts what waits, over a connection that never publishes, so that it is answered while publishers are blocked. */
export interface Gauge {
  ready(agent: string): Promise<number>;
  depth(agents: Iterable<string>): Promise<{ readonly ready: number; readonly delayed: number }>;
  check(): Promise<void>;
  close(): Promise<void>;
}

export function createGauge({ link: options, topology }: GaugeOptions): Gauge {
  const { url, timeoutMs } = options;
  const link = createLink<ChannelModel>({ ...options, open: async (model) => model });

  async function ask<Result>(work: (model: ChannelModel) => Promise<Result>): Promise<Result> {
    const deadline = performance.now() + timeoutMs;
    const model = await link.session(deadline);
    return within(Math.max(deadline - performance.now(), 1), work(model)).catch((error: unknown) => {
      throw connectionTrouble(error, url).error;
    });
  }

  async function ready(model: ChannelModel, agents: Iterable<string>): Promise<number> {
    const counts = await Promise.all([...agents].map((agent) => count(model, topology.queueOf(agent))));
    return counts.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  }

  return {
    ready: (agent) => ask((model) => ready(model, [agent])),
    depth: (agents) => ask(async (model) => {
      const waiting = ready(model, agents);
      let delayed = 0;
      // All levels are there before the first message is delayed.
      for (let level = 0; level < DELAY_LEVELS; level += 1) {
        const each = await count(model, topology.delayOf(level));
        if (each === null) break;
        delayed += each;
      }
      return { ready: await waiting, delayed };
    }),
    check: () => ask((model) => onChannel(model, async () => undefined)),
    close: () => link.close(),
  };
}

/** Null: there is no such queue. */
async function count(model: ChannelModel, queue: string): Promise<number | null> {
  return onChannel(model, (channel) => channel.checkQueue(queue)).then(({ messageCount }) => messageCount, (error: { readonly code?: unknown }) => {
    if (error.code === 404) return null;
    throw error;
  });
}
