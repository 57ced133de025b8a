import { allMatches } from './all-matches.ts';
import type { Secret } from './find-secrets.ts';
import { findLongRuns, type LongRun } from './long-runs.ts';

/** Tokens with a form of their own that secretlint's recommended rules do not know. Each begins at the start of a word. */
const TOKENS: readonly (readonly [type: string, form: string])[] = [
  ['Stripe key', '[rs]k_(?:live|test)_[A-Za-z0-9]{16,}'],
  ['Google API key', 'AIza[\\w-]{35}(?![\\w-])'],
  ['Google OAuth secret', 'GOCSPX-[\\w-]{20,}'],
  ['Google OAuth token', 'ya29\\.[\\w-]{30,}'],
  ['model provider key', 'sk-(?=[\\w-]{0,64}[0-9])(?=[\\w-]{0,64}[A-Za-z])[\\w-]{32,}'],
  ['JSON Web Token', '(?<!-)eyJ[\\w-]{8,600}\\.eyJ[\\w-]{8,}\\.[\\w-]{16,}'],
  ['GitHub token in an address', '[A-Za-z0-9_]{20,}(?=:x-oauth-basic@)'],
  ['Azure storage key', 'AccountKey=[A-Za-z0-9+/]{80,}={0,2}'],
  ['PyPI token', 'pypi-[\\w-]{50,}'],
  ['Slack token', 'xox[ces]-[\\w-]{20,}'],
  ['Slack app token', 'xapp-[\\w-]{20,}'],
  ['DigitalOcean token', 'do[opr]_v1_[a-f0-9]{64}'],
  ['GitLab token', 'gl(?:rt|dt|ptt|cbt|ft|soat|agent)-[\\w-]{20,}'],
  ['Telegram bot token', '[0-9]{8,10}:AA[\\w-]{33}(?![\\w-])'],
  ['Supabase token', 'sbp_[a-f0-9]{40}'],
  ['Twilio key', 'SK[a-f0-9]{32}(?![\\w])'],
  ['Mailgun key', 'key-[a-f0-9]{32}(?![\\w])'],
  ['age secret key', 'AGE-SECRET-KEY-1[A-Z0-9]{50,}'],
  ['private key', '-----BEGIN (?:[A-Z]+ ){0,2}PRIVATE KEY(?: BLOCK)?-----(?:\\s*(?:Proc-Type|DEK-Info|Version|Comment): [^\\n]{0,120}\\n){0,4}[A-Za-z0-9+/=\\s\\\\]{64,}(?:-----END (?:[A-Z]+ ){0,2}PRIVATE KEY(?: BLOCK)?-----)?'],
];

const ANY_TOKEN = new RegExp(`(?<![A-Za-z0-9_])(?:${TOKENS.map(([, form]) => `(${form})`).join('|')})`, 'g');

/** Each token has one of these in a long run, or the second anywhere. */
const IN_RUNS = /[rs]k_(?:live|test)_|AIza|GOCSPX-|sk-|eyJ|pypi-|xox[ces]-|xapp-|do[opr]_v1_|gl(?:rt|dt|ptt|cbt|ft|soat|agent)-|AA[\w-]{33}|sbp_|SK[a-f0-9]{32}|key-[a-f0-9]{32}|AGE-SECRET/;
const ANYWHERE = ['ya29.', 'AccountKey=', 'PRIVATE KEY', ':x-oauth-basic@'];

const NAMES = '(?:passw(?:or)?d|passphrase|pwd|secret|api[_-]?key|access[_-]?key|auth[_-]?key|token|credential)s?(?:[_-]?(?:key|value))?["\'`\\]]{0,2}[ \\t]{0,4}';
const VALUE = '[ \\t]{0,4}(["\'`]?)([^\\s"\'`<>(){}\\[\\];,|\\\\]{8,200})';

/** A value that something called a password or a key is set to. Group 1 is the quote, 2 the value. Begins at the sign, which is rarer than words. */
const ASSIGNED = new RegExp(`(?<=${NAMES})(?:=>|:=|[:=])${VALUE}`, 'gi');
const SAID = new RegExp(`(?<=${NAMES})is${VALUE}`, 'gi');

const BEARER = /\b(?:[Aa]uthorization|AUTHORIZATION)["']?\s{0,4}[:=]\s{0,4}["'`]?(?:bearer|basic|token)\s+([A-Za-z0-9._~+/=-]{16,})/gi;

/** What people write where a value is to be put. */
const STAND_IN = /example|sample|placeholder|change_?me|replace|your[_-]|dummy|redacted|removed|xxx|\*\*\*|\.\.\.|12345678|abcdef|process\.|env\.|config\.|https?:|urn:|undefined|string|\$|%[sd]/i;

/** Finds tokens by their form, and values that are given to a password, token or key by name. Synchronous. */
export function findKnownTokens(text: string, runs: readonly LongRun[] = findLongRuns(text)): readonly Secret[] {
  let found: Secret[] | undefined;
  if (runs.some(({ start, end }) => IN_RUNS.test(text.slice(start, end))) || ANYWHERE.some((sign) => text.includes(sign))) {
    for (const match of allMatches(ANY_TOKEN, text)) {
      const at = TOKENS.findIndex((_, index) => match[index + 1] !== undefined);
      (found ??= []).push({ type: TOKENS[at]![0], start: match.index, end: match.index + match[0].length });
    }
  }
  for (const form of text.includes(' is ') ? [ASSIGNED, SAID] : [ASSIGNED]) for (const match of allMatches(form, text)) {
    const value = match[2]!;
    if (!isLikelySecret(value, match[1] !== '')) continue;
    const end = match.index + match[0].length;
    (found ??= []).push({ type: 'assigned value', start: end - value.length, end });
  }
  if (!text.includes('uthorization') && !text.includes('UTHORIZATION')) return found ?? NONE;
  for (const match of allMatches(BEARER, text)) {
    const value = match[1]!;
    if (STAND_IN.test(value) || !/[0-9]/.test(value) || !/[A-Za-z]/.test(value)) continue;
    const end = match.index + match[0].length;
    (found ??= []).push({ type: 'authorization header', start: end - value.length, end });
  }
  return found ?? NONE;
}

const NONE: readonly Secret[] = [];

/** Letters and digits mixed as nobody names a thing. What is not quoted may be code, so it must look random. */
function isLikelySecret(value: string, quoted: boolean): boolean {
  if (STAND_IN.test(value) || !/[0-9]/.test(value) || !/[A-Za-z]/.test(value) || new Set(value).size < 6) return false;
  if (/^[\w$]+(?:[.:/-][A-Za-z_$][\w$]*)+$/.test(value)) return false;
  if (quoted) return true;
  return /[^\w.:/?-]/.test(value) ? /[A-Z]/.test(value) : value.length >= 16 && value.replace(/[^0-9]/g, '').length >= 3;
}
