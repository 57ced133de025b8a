import type { ChannelModel } from 'amqplib';
import type { AiosError } from '../../../errors.ts';
import type { Places } from '../places.ts';
import { createLane, type Lane, type LaneOptions } from './lane.ts';
import type { ConsumerSession, Item, Raw } from './session.ts';

/** A message that found no place is given back after so long, so that another worker may have it. */
const HOLD_MS = 200;

export interface LanesOptions extends Omit<LaneOptions, 'agent' | 'prefetch' | 'arrived'> {
  /** By agent: how many deliveries the broker may have sent that are not settled. */
  readonly prefetch: ReadonlyMap<string, number>;
  readonly places: Places;
  /** Null: it is not one of ours, and was put aside. */
  receive(session: ConsumerSession, agent: string, raw: Raw): Item | null;
  /** Its place is taken. */
  run(item: Item): void;
  isClosing(): boolean;
}

/** The queues of a consumer's agents, which share its places. */
export interface Lanes {
  open(model: ChannelModel): void;
  /** Uses places that are free. */
  next(): void;
  /** No message of the agent waits as far as is known here, or none can be had, as the broker is `away`. */
  isIdle(agent: string, away: boolean): boolean;
  held(): number;
  /** Why an agent's queue can't be consumed. */
  trouble(): AiosError | null;
  /** Has no more sent, and gives back what was not begun. */
  stop(): Promise<void>;
  /** Once the broker has taken in all that was settled. */
  close(): Promise<void>;
}

export function createLanes({ prefetch, places, receive, run, isClosing, ...options }: LanesOptions): Lanes {
  const timers = new Map<Lane, NodeJS.Timeout>();
  const lanes = new Map([...prefetch].map(([agent, count]): [string, Lane] => {
    const lane: Lane = createLane({ ...options, agent, prefetch: count, arrived: (session, raw) => arrived(lane, session, raw) });
    return [agent, lane];
  }));

  function arrived(lane: Lane, session: ConsumerSession, raw: Raw): void {
    const item = receive(session, lane.agent, raw);
    if (!item) return;
    if (isClosing()) return giveBack(item);
    if (lane.held.length === 0 && places.take(lane.agent)) return run(item);
    lane.held.push(item);
    if (timers.has(lane)) return;
    timers.set(lane, setTimeout(() => {
      timers.delete(lane);
      if (lane.held.length > 0 && lane.state === 'on') quietly(pause(lane));
    }, HOLD_MS));
  }

  /** What comes until the broker has heard of it is held, and given back with the rest. */
  async function pause(lane: Lane): Promise<void> {
    lane.state = 'pausing';
    await lane.turnOff();
    lane.state = 'paused';
    for (const item of lane.held.splice(0)) giveBack(item);
    next();
  }

  /** Has a place for what comes. */
  async function ask(lane: Lane): Promise<void> {
    lane.state = 'asking';
    const { session } = lane;
    let item: Item | null = null;
    try {
      const raw = await lane.ask();
      lane.state = 'paused';
      if (raw === null && !isClosing()) await lane.turnOn();
      if (raw !== null && session) item = receive(session, lane.agent, raw);
    } finally {
      if (item && !isClosing()) run(item);
      else places.giveBack(lane.agent);
      if (item && isClosing()) giveBack(item);
    }
    next();
  }

  function next(): void {
    if (isClosing()) return;
    for (const item of places.share((agent, count) => lanes.get(agent)?.held.splice(0, count) ?? [])) run(item);
    for (const [lane, timer] of timers) {
      if (lane.held.length > 0) continue;
      clearTimeout(timer);
      timers.delete(lane);
    }
    for (const agent of places.withPlace()) {
      const lane = lanes.get(agent);
      if (lane?.state === 'paused' && places.take(agent)) quietly(ask(lane));
    }
  }

  return {
    open(model) {
      for (const lane of lanes.values()) lane.open(model);
    },
    next,
    isIdle(agent, away) {
      const lane = lanes.get(agent);
      return lane !== undefined && lane.held.length === 0 && (away || lane.trouble !== null || lane.state === 'on');
    },
    held: () => [...lanes.values()].reduce((sum, { held }) => sum + held.length, 0),
    trouble: () => [...lanes.values()].find(({ trouble }) => trouble !== null)?.trouble ?? null,
    async stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.allSettled([...lanes.values()].map(async (lane) => {
        lane.close();
        if (lane.state === 'on') await lane.turnOff();
        for (const item of lane.held.splice(0)) giveBack(item);
      }));
    },
    async close() {
      await Promise.allSettled([...lanes.values()].map(async ({ session }) => session?.channel.close()));
    },
  };
}

/** To the broker, at the place where it was. */
function giveBack({ session, raw }: Item): void {
  if (session.open) session.channel.nack(raw, false, true);
}

/** What fails because the channel closed is made good by the next channel. */
function quietly(work: Promise<void>): void {
  work.catch(() => undefined);
}
