import { seededRandom } from '../crash/seeded-random.ts';
import type { Server } from '../crash/start-servers.ts';
import type { Fault } from './fault-proxy.ts';

/** What is killed: processes of ours by their role, and servers. */
export const OURS = ['api', 'worker'] as const;
export type Target = (typeof OURS)[number] | Server;
/** Where ways lead from each process of ours. */
export type Destination = Server | 'github' | 'llm';

export interface Kill {
  readonly atMs: number;
  readonly target: Target;
  /** Which of several. */
  readonly index: number;
  /** How long it stays away. */
  readonly downMs: number;
}

export interface Spell {
  readonly atMs: number;
  readonly forMs: number;
  /** The ways of this process alone, or of all; `callbacks` is a way that all share, `clients` the one from outside. */
  readonly from: number | 'all';
  readonly to: Destination | 'callbacks' | 'clients';
  readonly fault: Fault;
}

export interface Plan {
  readonly kills: readonly Kill[];
  readonly spells: readonly Spell[];
}

export interface PlanOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly apis: number;
  readonly workers: number;
  /** Servers that can be killed. */
  readonly servers: readonly Server[];
  readonly killsEach: number;
}

const LONGEST_DOWN_MS = 2_000;
const LONGEST_SPELL_MS = 3_000;
const SPELL_EVERY_MS = 1_500;
const KINDS = ['latency', 'latency', 'reset', 'reset', 'black-hole', 'half-closed'] as const;

/** The order of all events, the same for the same seed and options. */
export function makePlan({ seed, durationMs, apis, workers, servers, killsEach }: PlanOptions): Plan {
  const random = seededRandom(seed);
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const oneOf = <Item>(items: readonly Item[]): Item => items[between(0, items.length - 1)]!;
  const processes = apis + workers;

  // In rounds, so that what is killed first is not killed five times in a row. Workers twice, as there are most of them.
  const rounds = Array.from({ length: killsEach }, () => shuffled<Target>([...OURS, 'worker', ...servers], random));
  const victims = rounds.flat();
  const slotMs = durationMs / victims.length;
  const kills = victims.map((target, slot): Kill => ({
    atMs: Math.round((slot + random() * 0.8) * slotMs), target, index: between(0, (target === 'api' ? apis : target === 'worker' ? workers : 1) - 1),
    downMs: between(0, LONGEST_DOWN_MS),
  }));

  const places: readonly Spell['to'][] = [...servers, ...servers, 'github', 'github', 'llm', 'llm', 'callbacks', 'clients'];
  const spells: Spell[] = [];
  for (let atMs = between(0, SPELL_EVERY_MS); atMs < durationMs; atMs += between(SPELL_EVERY_MS / 3, SPELL_EVERY_MS * 5 / 3)) {
    const kind = oneOf(KINDS);
    spells.push({
      atMs, forMs: between(200, LONGEST_SPELL_MS), from: random() < 0.4 ? 'all' : between(0, processes - 1), to: oneOf(places),
      fault: kind === 'latency' ? { kind, ms: between(5, 400) } : { kind },
    });
  }
  return { kills, spells };
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items.map((item) => ({ item, at: random() })).sort((a, b) => a.at - b.at).map(({ item }) => item);
}
