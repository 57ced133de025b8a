import type { AiosError } from '../../errors.ts';
import type { EndpointKey, KeyRing } from './resilience.ts';

/** How long a key rests that was refused or is not paid for. */
const REFUSED_REST_MS = 5 * 60_000;
/** A rate limit that does not say how long it lasts: doubled while it goes on. */
const LIMITED_REST_MS = 1_000;
/** The most of a retry-after that is believed. */
const LONGEST_LIMITED_REST_MS = 5 * 60_000;

interface Slot {
  readonly key: EndpointKey;
  restUntil: number;
  /** Rate limits since the last success. */
  limits: number;
  reported: boolean;
  /** It rests because it was refused, not because of a rate limit. */
  refused: boolean;
}

/**
 * Hands out the keys in turn. `report` is told once of a key that was refused or is not paid for, and again only after it
 * has worked in between. `now`: milliseconds of a clock that does not go back.
 */
export function createKeyRing(
  keys: readonly EndpointKey[], now: () => number, report: (id: string, error: AiosError) => void = () => {},
): KeyRing {
  const slots: Slot[] = keys.map((key) => ({ key, restUntil: -Infinity, limits: 0, reported: false, refused: false }));
  let turn = 0;
  const slotOf = (id: string) => slots.find(({ key }) => key.id === id);
  const rest = (slot: Slot, ms: number) => { slot.restUntil = Math.max(slot.restUntil, now() + ms); };
  return {
    size: slots.length,
    ids: slots.map(({ key }) => key.id),
    next() {
      if (slots.length === 0) return undefined;
      for (let tried = 0; tried < slots.length; tried += 1) {
        const slot = slots[turn]!;
        turn = (turn + 1) % slots.length;
        if (slot.restUntil === -Infinity) return slot.key;
        if (slot.restUntil <= now()) {
          slot.restUntil = -Infinity;
          return slot.key;
        }
      }
      return null;
    },
    nextInMs() {
      if (slots.length === 0) return 0;
      return Math.max(0, Math.min(...slots.map(({ restUntil }) => restUntil)) - now());
    },
    restsMs: (id) => Math.max(0, (slotOf(id)?.restUntil ?? -Infinity) - now()),
    failed(id, error) {
      const slot = slotOf(id);
      if (slot === undefined) return;
      if (error.code === 'model_rate_limited') {
        const ms = error.retryAfterMs ?? LIMITED_REST_MS * 2 ** Math.min(slot.limits, 6);
        slot.limits += 1;
        rest(slot, Math.min(ms, LONGEST_LIMITED_REST_MS));
      } else if (error.code === 'model_unauthorized' || error.code === 'model_billing') {
        rest(slot, REFUSED_REST_MS);
        // With no key left the caller must hear what is wrong with them, not that they rest.
        slot.refused = true;
        if (slots.every((one) => one.refused && one.restUntil > now())) for (const one of slots) one.restUntil = -Infinity;
        if (!slot.reported) report(id, error);
        slot.reported = true;
      }
    },
    succeeded(id) {
      const slot = slotOf(id);
      // A call that began before the key was refused ends well after it: the key still rests.
      if (slot === undefined || slot.restUntil > now()) return;
      slot.limits = 0;
      slot.refused = false;
      slot.reported = false;
    },
  };
}
