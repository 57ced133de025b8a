import type { ConsumeMessage } from 'amqplib';
import type { AiosError } from '../../../errors.ts';
import type { Places } from '../places.ts';
import type { ConsumeOptions } from '../queue.ts';
import type { Log } from './link.ts';
import type { ConsumerSession, Item, Raw } from './session.ts';
import { declarationTrouble } from './trouble.ts';
import type { Topology } from './topology.ts';

/** A message that found no place is given back after so long, so that another worker may have it. */
const HOLD_MS = 200;
const TRY_AGAIN_MS = 5_000;

/**
 * One agent's queue as a consumer sees it. `on`: the broker sends what comes, up to the agent's places. `paused`: messages came
 * for which the consumer as a whole had no place; it asks for one message each time that it has a place, until none waits.
 */
export interface Lane {
  readonly agent: string;
  readonly queue: string;
  readonly held: Item[];
  state: 'off' | 'on' | 'pausing' | 'paused' | 'asking';
  tag: string;
  timer: NodeJS.Timeout | undefined;
  trouble: AiosError | null;
}

export interface LanesOptions {
  readonly options: ConsumeOptions;
  readonly places: Places;
  readonly topology: Topology;
  readonly url: URL;
  readonly log: Log;
  receive(session: ConsumerSession, lane: Lane, raw: Raw): Item | null;
  run(item: Item): void;
  isClosing(): boolean;
}

/** The queues of a consumer's agents, which share its places. */
export interface Lanes {
  /** Forgets what came over an earlier session. */
  subscribe(session: ConsumerSession): Promise<void>;
  /** Uses places that are free. */
  next(session: ConsumerSession | null): void;
  /** No message of the agent waits as far as is known here, or, where the broker is `away`, can be had. */
  isIdle(agent: string, away: boolean): boolean;
  held(): number;
  /** Why an agent's queue can't be consumed. */
  trouble(): AiosError | null;
  /** Has no more sent, and gives back what was not begun. */
  stop(session: ConsumerSession): Promise<void>;
}

export function createLanes({ options, places, topology, url, log, receive, run, isClosing }: LanesOptions): Lanes {
  const lanes = new Map([...options.agents.keys()].map((agent): [string, Lane] =>
    [agent, { agent, queue: topology.queueOf(agent), held: [], state: 'off', tag: '', timer: undefined, trouble: null }]));

  /** Does not throw: an agent's queue that can't be used leaves the others alone, and is tried again. */
  async function declareAndTurnOn(session: ConsumerSession, lane: Lane): Promise<void> {
    try {
      await topology.declareAgent(session.model, lane.agent);
      lane.trouble = null;
      await turnOn(session, lane);
    } catch (error) {
      if (!session.open) return;
      const trouble = declarationTrouble(error, url);
      if (!trouble) return session.end();
      if (lane.trouble?.message !== trouble.error.message) log('error', 'queue-refused', { queue: lane.queue, reason: trouble.error.message });
      lane.trouble = trouble.error;
      lane.timer = setTimeout(() => {
        if (session.open && !isClosing()) void declareAndTurnOn(session, lane);
      }, TRY_AGAIN_MS);
    }
  }

  async function turnOn(session: ConsumerSession, lane: Lane): Promise<void> {
    const prefetch = Math.min(options.agents.get(lane.agent) ?? 0, options.concurrency);
    const arrived = (raw: ConsumeMessage | null) => {
      if (raw === null) return session.end(); // the queue was deleted; it is declared again on the next connection
      const item = receive(session, lane, raw);
      if (item) startOrHold(session, lane, item);
    };
    // Together, as a prefetch is for the consumer that follows it on the channel.
    const [, { consumerTag }] = await Promise.all([session.channel.prefetch(prefetch), session.channel.consume(lane.queue, arrived)]);
    lane.tag = consumerTag;
    lane.state = 'on';
  }

  function startOrHold(session: ConsumerSession, lane: Lane, item: Item): void {
    if (isClosing()) return giveBack(item);
    if (lane.held.length === 0 && places.take(lane.agent)) return run(item);
    lane.held.push(item);
    lane.timer ??= setTimeout(() => {
      lane.timer = undefined;
      if (lane.held.length > 0 && lane.state === 'on') void quietly(pause(session, lane));
    }, HOLD_MS);
  }

  /** What comes until the broker has heard of it is held, and given back with the rest. */
  async function pause(session: ConsumerSession, lane: Lane): Promise<void> {
    lane.state = 'pausing';
    await session.channel.cancel(lane.tag);
    lane.state = 'paused';
    for (const item of lane.held.splice(0)) giveBack(item);
    lanesNext(session);
  }

  async function ask(session: ConsumerSession, lane: Lane): Promise<void> {
    lane.state = 'asking';
    const raw = await session.channel.get(lane.queue).catch((error: unknown) => {
      places.giveBack(lane.agent);
      throw error;
    });
    const item = raw === false ? null : receive(session, lane, raw);
    lane.state = 'paused';
    if (item && !isClosing()) run(item);
    else places.giveBack(lane.agent);
    if (item && isClosing()) giveBack(item);
    if (raw === false && !isClosing()) await turnOn(session, lane);
    lanesNext(session);
  }

  function lanesNext(session: ConsumerSession | null): void {
    if (isClosing()) return;
    for (const item of places.share((agent, count) => lanes.get(agent)?.held.splice(0, count) ?? [])) run(item);
    for (const lane of lanes.values()) {
      if (lane.held.length > 0 || lane.state === 'off') continue;
      clearTimeout(lane.timer);
      lane.timer = undefined;
    }
    if (!session) return;
    for (const agent of places.withPlace()) {
      const lane = lanes.get(agent);
      if (lane?.state === 'paused' && places.take(agent)) void quietly(ask(session, lane));
    }
  }

  return {
    async subscribe(session) {
      for (const lane of lanes.values()) {
        clearTimeout(lane.timer);
        Object.assign(lane, { state: 'off', timer: undefined });
        lane.held.length = 0;
      }
      for (const lane of lanes.values()) await declareAndTurnOn(session, lane);
    },
    next: lanesNext,
    isIdle(agent, away) {
      const lane = lanes.get(agent);
      return lane !== undefined && lane.held.length === 0 && (away || lane.state === 'on');
    },
    held: () => [...lanes.values()].reduce((sum, { held }) => sum + held.length, 0),
    trouble: () => [...lanes.values()].find(({ trouble }) => trouble !== null)?.trouble ?? null,
    async stop(session) {
      await Promise.all([...lanes.values()].map(async (lane) => {
        clearTimeout(lane.timer);
        if (lane.state === 'on') await session.channel.cancel(lane.tag);
        for (const item of lane.held.splice(0)) giveBack(item);
      }));
    },
  };
}

/** To the broker, at the place where it was. */
function giveBack({ session, raw }: Item): void {
  if (session.open) session.channel.nack(raw, false, true);
}

/** What fails because the channel closed is made good by the next session. */
async function quietly(work: Promise<void>): Promise<void> {
  await work.catch(() => undefined);
}
