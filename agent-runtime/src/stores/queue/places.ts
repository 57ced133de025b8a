import type { ConsumeOptions } from './queue.ts';

/** The places of one consumer: so many in all, and so many for each agent. */
export interface Places {
  /** Whether a place is free for the agent. */
  has(agent: string): boolean;
  /** False: none is free. */
  take(agent: string): boolean;
  giveBack(agent: string): void;
  /** The agents for which a place is free, whose turn it is first. */
  withPlace(): readonly string[];
  /**
   * Fills the free places: `fetch` answers with up to `count` pieces of work of an agent. Each agent is offered an equal part,
   * then the first ones what the others had no use for. Where it throws, all places are as they were.
   */
  share<Item>(fetch: (agent: string, count: number) => readonly Item[]): readonly Item[];
}

export function createPlaces({ concurrency, agents }: ConsumeOptions): Places {
  const taken = new Map([...agents.keys()].map((agent) => [agent, 0]));
  const order = [...agents.keys()];
  let total = 0;

  function free(agent: string): number {
    return Math.min(concurrency - total, (agents.get(agent) ?? 0) - (taken.get(agent) ?? 0));
  }

  function add(agent: string, count: number): void {
    total += count;
    taken.set(agent, (taken.get(agent) ?? 0) + count);
  }

  /** Its next turn is after all others'. */
  function hadTurn(agent: string): void {
    const index = order.indexOf(agent);
    if (index >= 0) order.push(...order.splice(index, 1));
  }

  const places: Places = {
    has: (agent) => free(agent) > 0,
    take(agent) {
      if (free(agent) <= 0) return false;
      add(agent, 1);
      hadTurn(agent);
      return true;
    },
    giveBack: (agent) => add(agent, -1),
    withPlace: () => order.filter((agent) => free(agent) > 0),
    share<Item>(fetch: (agent: string, count: number) => readonly Item[]) {
      const all: { readonly agent: string; readonly items: readonly Item[] }[] = [];
      try {
        let hungry = places.withPlace();
        while (hungry.length > 0) {
          const part = Math.ceil((concurrency - total) / hungry.length);
          hungry = hungry.filter((agent) => {
            const count = Math.min(part, free(agent));
            if (count <= 0) return false;
            const items = fetch(agent, count);
            add(agent, items.length);
            all.push({ agent, items });
            if (items.length > 0) hadTurn(agent);
            return items.length === count && free(agent) > 0;
          });
        }
      } catch (error) {
        for (const { agent, items } of all) add(agent, -items.length);
        throw error;
      }
      return all.flatMap(({ items }) => items);
    },
  };
  return places;
}
