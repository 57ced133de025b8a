import type { Usage } from '../contract/usage.ts';
import type { Rates } from '../providers/model.ts';
import type { Candidate } from './candidate.ts';
import type { StickySettings } from './catalogue/sticky-settings.ts';
import { inputOf, ratesFor } from './cost.ts';
import type { Ranked } from './ranked.ts';

/** Why a conversation stays where it is: switching would save less on this request than the prompt cache is worth. */
export interface StickyKeep {
  readonly keptModel: string;
  /** USD that the policy's first choice would save on this request's tokens, without caches. May be negative. */
  readonly savingUsd: number;
  /** USD that the cached tokens would cost more by switching: read anew here, and written to the cache there. */
  readonly lossUsd: number;
}

/** Remembers which model a conversation is on and what of it is in that model's prompt cache. In memory, for one process. */
export interface Sticky {
  /**
   * Null: follow the policy, because nothing is cached (any more), the model was dropped, the policy finds it not good
   * enough, or it is the first choice anyway. `ordered`: what passed the filters, best first, at least one.
   */
  keep(tenant: string, session: string, ordered: readonly Ranked[]): StickyKeep | null;
  /** After an answer: the conversation is on that model now. */
  remember(tenant: string, session: string, modelId: string, usage: Usage): void;
}

const MINUTE_MS = 60_000;
/** What providers keep a cache for after its last use. */
const SHORT_LIFE_MS = 5 * MINUTE_MS;
const LONG_LIFE_MS = 60 * MINUTE_MS;
/** Providers that cache by themselves do it from that many tokens on. */
const LEAST_CACHED_TOKENS = 1_024;

interface Stay {
  readonly modelId: string;
  readonly usage: Usage;
  readonly lifeMs: number;
  readonly until: number;
}

export interface StickyOptions {
  /** Of the snapshot in force. */
  readonly settings: () => StickySettings;
  /** Milliseconds of a clock that does not go back. */
  readonly now: () => number;
}

export function createSticky({ settings, now }: StickyOptions): Sticky {
  /** In the order of their last use. */
  const stays = new Map<string, Stay>();

  return {
    keep(tenant, session, ordered) {
      if (!settings().enabled) return null;
      const key = keyOf(tenant, session);
      const stay = stays.get(key);
      if (stay === undefined) return null;
      if (now() >= stay.until) {
        stays.delete(key);
        return null;
      }
      const first = ordered[0]!.candidate;
      const kept = ordered.find(({ candidate }) => candidate.entry.model.id === stay.modelId);
      if (kept === undefined || kept.candidate === first || !kept.suffices) return null;
      if (kept.candidate.expectedUsd === null || first.expectedUsd === null) return null;
      const savingUsd = kept.candidate.expectedUsd - first.expectedUsd;
      const lossUsd = lossOf(kept.candidate, first, stay.usage);
      return savingUsd < lossUsd && lossUsd > 0 ? { keptModel: stay.modelId, savingUsd, lossUsd } : null;
    },
    remember(tenant, session, modelId, usage) {
      const { enabled, idleMinutes, maxSessions } = settings();
      const key = keyOf(tenant, session);
      const before = stays.get(key);
      stays.delete(key);
      if (!enabled) return;
      // A read keeps what was written before for as long again.
      const earlier = before?.modelId === modelId && usage.cacheRead > 0 ? before.lifeMs : 0;
      const lifeMs = Math.min(idleMinutes * MINUTE_MS, Math.max(earlier, usage.cacheWrite1h > 0 ? LONG_LIFE_MS : SHORT_LIFE_MS));
      stays.set(key, { modelId, usage, lifeMs, until: now() + lifeMs });
      if (stays.size > maxSessions) stays.delete(stays.keys().next().value!);
    },
  };
}

/** What of the last turn is in the cache, read at the full rate again and written anew by the other model. */
function lossOf(kept: Candidate, first: Candidate, usage: Usage): number {
  const [here, there] = [kept.entry.price, first.entry.price];
  if (here.status !== 'known') return 0;
  const tokens = Math.min(cachedBy(here, usage), kept.promptTokens);
  const rates = ratesFor(here, kept.promptTokens);
  const target = there.status === 'known' ? ratesFor(there, first.promptTokens) : null;
  const readAnew = Math.max(0, rates.inputPerMillion - rates.cacheReadPerMillion);
  const written = target === null ? 0 : Math.max(0, target.cacheWrite5mPerMillion - target.inputPerMillion);
  return (tokens * (readAnew + written)) / 1_000_000;
}

/** Where writing to the cache costs nothing, the provider does it by itself and tells only what it read. */
function cachedBy(price: Rates, usage: Usage): number {
  const all = inputOf(usage);
  const bySelf = price.cacheReadPerMillion < price.inputPerMillion && price.cacheWrite5mPerMillion <= price.inputPerMillion;
  return bySelf && all >= LEAST_CACHED_TOKENS ? all : usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
}

function keyOf(tenant: string, session: string): string {
  return `${tenant}\n${session}`;
}
