import { z } from 'zod';
import { mergedTally, tallySchema } from './tally.ts';
import type { Tally } from './tally.ts';

/** Since when a stop rule counts: what an arm had before. */
const baselineSchema = z.object({ requests: z.number(), failures: z.number(), spentUsd: z.number() });
export type Baseline = Readonly<z.infer<typeof baselineSchema>>;

/** Whether an experiment or an arm runs, and since when (ms since 1970). Of two, the newer one holds. */
const switchSchema = z.object({
  state: z.enum(['running', 'stopped']), at: z.number(), reason: z.string().nullable(), baseline: baselineSchema.nullable(),
});
export type Switch = Readonly<z.infer<typeof switchSchema>>;

const talliesSchema = z.record(z.string(), tallySchema);
const savedStateSchema = z.object({
  version: z.literal(1),
  /** Of processes that are gone. */
  base: talliesSchema,
  /** By process: all that it has counted since its start, and when it last wrote (ms since 1970). */
  parts: z.record(z.string(), z.object({ at: z.number(), tallies: talliesSchema })),
  /** By experiment or arm. */
  switches: z.record(z.string(), switchSchema),
});
/**
 * What all processes know together, in one value. Each process writes its own part whole, so that one whose write was
 * overtaken by another's only has to write again.
 */
export type SavedState = z.infer<typeof savedStateSchema>;

/** A process that has not written for so long is gone. A running one writes more often than that, also when it counts nothing. */
const GONE_MS = 24 * 60 * 60_000;

/** Null: it cannot be read. */
export function readState(value: unknown): SavedState | null {
  if (value === null || value === undefined) return { version: 1, base: {}, parts: {}, switches: {} };
  return savedStateSchema.safeParse(value).data ?? null;
}

/** The state with a process's own part and switches put in; parts of processes that are gone go into the base. */
export function withPart(
  state: SavedState, processId: string, tallies: ReadonlyMap<string, Tally>, switches: ReadonlyMap<string, Switch>, now: number,
): SavedState {
  const parts: SavedState['parts'] = {};
  let base = state.base;
  for (const [id, part] of Object.entries(state.parts)) {
    if (id === processId) continue;
    if (now - part.at < GONE_MS) parts[id] = part;
    else base = added(base, part.tallies);
  }
  if (tallies.size > 0) parts[processId] = { at: now, tallies: Object.fromEntries(tallies) };
  return { version: 1, base, parts, switches: newest(state.switches, Object.fromEntries(switches)) };
}

/** The state with a process's part made part of the base, as it leaves. */
export function withoutPart(state: SavedState, processId: string): SavedState {
  const { [processId]: own, ...parts } = state.parts;
  return own === undefined ? state : { ...state, base: added(state.base, own.tallies), parts };
}

/** What the other processes have counted. */
export function foreignTallies(state: SavedState, processId: string): ReadonlyMap<string, Tally> {
  let sum = state.base;
  for (const [id, part] of Object.entries(state.parts)) if (id !== processId) sum = added(sum, part.tallies);
  return new Map(Object.entries(sum));
}

export function newest(one: Readonly<Record<string, Switch>>, other: Readonly<Record<string, Switch>>): Record<string, Switch> {
  const result = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const known = result[key];
    if (known === undefined || value.at > known.at || (value.at === known.at && value.state === 'stopped')) result[key] = value;
  }
  return result;
}

function added(one: Readonly<Record<string, Tally>>, other: Readonly<Record<string, Tally>>): Record<string, Tally> {
  const result = { ...one };
  for (const [arm, tally] of Object.entries(other)) {
    const known = result[arm];
    result[arm] = known === undefined ? tally : mergedTally(known, tally);
  }
  return result;
}
