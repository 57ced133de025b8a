import { setImmediate } from 'node:timers/promises';
import type { CountryCode } from 'libphonenumber-js/min';
import { findSecrets } from '../../secrets/find-secrets.ts';
import { findKnownTokens } from '../../secrets/known-tokens.ts';
import { findLongRuns, type LongRun } from '../../secrets/long-runs.ts';
import { mayHoldSecret } from '../../secrets/may-hold-secret.ts';
import { decodeBase64, decodeEscapes } from './decode.ts';
import { findCards } from './detectors/cards.ts';
import type { Detected } from './detectors/detected.ts';
import { findDigitGroups } from './detectors/digit-groups.ts';
import { findEmails } from './detectors/emails.ts';
import { findIbans } from './detectors/ibans.ts';
import { findIpAddresses } from './detectors/ip-addresses.ts';
import { findNationalNumbers } from './detectors/national-numbers.ts';
import { findPhones } from './detectors/phones.ts';
import type { PrivacyPolicy } from './policy.ts';

type Found = readonly Detected[] | Promise<readonly Detected[]>;

const NOTHING: readonly Detected[] = [];

/**
 * Finds what a policy has looked for in one text: in rising order, without overlaps. A promise where something slow had to
 * look. `sealed`: the text is long Base64 of something binary, in which numbers and names are accidents; tokens of
 * unmistakable form are looked for, and readable text that was encoded.
 */
export function createTextScanner({ detectors, phoneRegions, ignoredEmails }: PrivacyPolicy): (text: string, sealed?: boolean) => Found {
  const ignored = new Set(ignoredEmails.map((address) => address.toLowerCase()));
  const personal = detectors.cards || detectors.nationalNumbers || detectors.phones;

  function scanPlain(text: string, runs: readonly LongRun[]): Found {
    let found: Found = NOTHING;
    if (detectors.secrets) {
      if (mayHoldSecret(text, runs)) found = both(found, findSecretsInPieces(text));
      found = both(found, findKnownTokens(text, runs).map(toDetected));
    }
    if (detectors.ibans) found = both(found, findIbans(text));
    if (personal) {
      const groups = findDigitGroups(text);
      if (detectors.cards) found = both(found, findCards(text, groups));
      if (detectors.nationalNumbers) found = both(found, findNationalNumbers(text, groups));
      if (detectors.phones) found = both(found, findPhones(text, groups, phoneRegions as CountryCode[]));
    }
    if (detectors.emails) found = both(found, findEmails(text, ignored));
    if (detectors.ipAddresses) found = both(found, findIpAddresses(text));
    return found;
  }

  function scanSealed(text: string, runs: readonly LongRun[]): Found {
    if (!detectors.secrets) return NOTHING;
    const tokens = findKnownTokens(text, runs).filter(({ type, start }) => type !== 'model provider key' || UNMISTAKABLE.test(text.slice(start, start + 12))).map(toDetected);
    return mayHoldSecret(text, runs) ? both(kept(findSecretsInPieces(text), ({ start }) => beginsAWord(text, start)), tokens) : tokens;
  }

  return (text, sealed = false) => {
    const runs = findLongRuns(text);
    let found = sealed ? scanSealed(text, runs) : scanPlain(text, runs);
    if (detectors.encoded) {
      const view = sealed ? null : decodeEscapes(text);
      if (view !== null) found = both(found, mapped(scanPlain(view.text, findLongRuns(view.text)), (one) => ({ ...one, ...view.toOriginal(one.start, one.end) })));
      for (const { text: inner, start, end } of decodeBase64(text, runs)) found = both(found, mapped(scanPlain(inner, findLongRuns(inner)), (one) => ({ ...one, start, end })));
    }
    return found instanceof Promise ? found.then(withoutOverlaps) : withoutOverlaps(found);
  };
}

/** Those of the keys that begin with `sk-` whose beginning is longer: URL-safe Base64 has the short one by accident. */
const UNMISTAKABLE = /^sk-(?:ant|proj|svcacct|admin|or)-/;

function beginsAWord(text: string, start: number): boolean {
  return start === 0 || !/[A-Za-z0-9]/.test(text[start - 1]!);
}

/** As much as a private key may have, so that none is cut by the end of a piece. */
const OVERLAP = 12_000;
const PIECE = 48_000;

/** Secretlint takes quadratic time where it finds much, and other requests wait meanwhile. */
async function findSecretsInPieces(text: string): Promise<Detected[]> {
  const found: Detected[] = [];
  for (let from = 0; ; from += PIECE) {
    const to = from + PIECE + OVERLAP;
    const secrets = await findSecrets(from === 0 && to >= text.length ? text : text.slice(from, to));
    for (const { type, start, end } of secrets) found.push(toDetected({ type, start: from + start, end: from + end }));
    if (to >= text.length) return found;
    await setImmediate();
  }
}

function both(first: Found, second: Found): Found {
  if (first instanceof Promise || second instanceof Promise) return Promise.all([first, second]).then(([a, b]) => [...a, ...b]);
  return first.length === 0 ? second : second.length === 0 ? first : [...first, ...second];
}

async function kept(found: Promise<readonly Detected[]>, isMeant: (one: Detected) => boolean): Promise<readonly Detected[]> {
  return (await found).filter(isMeant);
}

function mapped(found: Found, change: (one: Detected) => Detected): Found {
  return found instanceof Promise ? found.then((all) => all.map(change)) : found.length === 0 ? found : found.map(change);
}

function toDetected({ type, start, end }: { readonly type: string; readonly start: number; readonly end: number }): Detected {
  return { type: `secret-${type.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`, placeholder: 'SECRET', start, end };
}

/** What something is taken for that looks like several. */
const RANKS: readonly Detected['placeholder'][] = ['SECRET', 'IBAN', 'CARD', 'ID', 'PHONE', 'EMAIL', 'IP'];

/** Those that overlap become one, of the kind that was preferred, that covers them all. */
function withoutOverlaps(found: readonly Detected[]): readonly Detected[] {
  if (found.length < 2) return found;
  const ranked = found.map((one) => ({ one, rank: RANKS.indexOf(one.placeholder) })).sort((a, b) => a.one.start - b.one.start || a.rank - b.rank);
  const result: { one: Detected; rank: number }[] = [];
  for (const next of ranked) {
    const last = result.at(-1);
    if (last === undefined || next.one.start >= last.one.end) result.push(next);
    else {
      const [preferred, other] = next.rank < last.rank ? [next.one, last.one] : [last.one, next.one];
      const covers = preferred.covers ?? other.covers ?? (isSecret(preferred) === isSecret(other) ? undefined : isSecret(other) ? 'secret' : 'personal-data');
      result[result.length - 1] = {
        rank: Math.min(last.rank, next.rank),
        one: { ...preferred, start: last.one.start, end: Math.max(last.one.end, next.one.end), ...(covers === undefined ? {} : { covers }) },
      };
    }
  }
  return result.map(({ one }) => one);
}

function isSecret({ placeholder }: Detected): boolean {
  return placeholder === 'SECRET';
}
