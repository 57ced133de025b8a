import { seededRandom } from '../crash/seeded-random.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import type { Destination, Spell } from './plan.ts';

/** Everything that anybody says to anybody goes over one of these. */
export interface Ways {
  /** Of one process of ours to one place. */
  way(process: number, to: Destination): FaultProxy;
  /** From clients to a process of the API. */
  front(process: number): FaultProxy;
  readonly callbacks: FaultProxy;
  /** A server goes away, or has come back at its port. */
  aim(to: Destination, port: number | null): void;
  /** Those that a spell is cast on. */
  of(spell: Pick<Spell, 'from' | 'to'>): readonly FaultProxy[];
  healAll(): void;
  /** Connections that faults have met. */
  met(): number;
  close(): Promise<void>;
}

export interface WaysOptions {
  readonly seed: number;
  /** The first ones are those of the API. */
  readonly processes: number;
  readonly apis: number;
  /** Where each place is. */
  readonly destinations: ReadonlyMap<Destination, number>;
  readonly callbackPort: number;
}

export async function openWays({ seed, processes, apis, destinations, callbackPort }: WaysOptions): Promise<Ways> {
  let opened = 0;
  const open = () => startFaultProxy({ random: seededRandom(seed + 1_000 + opened++) });
  const each = <Item>(count: number, make: () => Promise<Item>) => Promise.all(Array.from({ length: count }, make));
  const fronts = await each(apis, open);
  const callbacks = await open();
  callbacks.aim(callbackPort);
  const ways = new Map<Destination, readonly FaultProxy[]>();
  for (const [to, port] of destinations) {
    const own = await each(processes, open);
    for (const way of own) way.aim(port);
    ways.set(to, own);
  }
  const all = [...fronts, callbacks, ...[...ways.values()].flat()];

  return {
    way: (process, to) => ways.get(to)![process]!,
    front: (process) => fronts[process]!,
    callbacks,
    aim: (to, port) => ways.get(to)?.forEach((way) => way.aim(port)),
    of({ from, to }) {
      if (to === 'callbacks') return [callbacks];
      const own = to === 'clients' ? fronts : ways.get(to) ?? [];
      return from === 'all' ? own : own.length === 0 ? [] : [own[from % own.length]!];
    },
    healAll: () => all.forEach((way) => way.heal()),
    met: () => all.reduce((sum, way) => sum + way.met(), 0),
    close: async () => void await Promise.all(all.map((way) => way.close())),
  };
}
