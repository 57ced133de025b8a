import { findKnownTokens } from './known-tokens.ts';
import { mayHoldSecret } from './may-hold-secret.ts';

const WORD = /[^\s"'`<>(){}[\],;]{12,}/g;
const GONE = '[secret]';

/** A short text without what looks like a secret. Synchronous and not choosy: a word that might be one goes as a whole. */
export function withoutSecrets(text: string): string {
  let result = '';
  let at = 0;
  for (const { start, end } of [...findKnownTokens(text)].sort((a, b) => a.start - b.start)) {
    if (end <= at) continue;
    result += text.slice(at, Math.max(at, start)) + (start >= at ? GONE : '');
    at = end;
  }
  return (result + text.slice(at)).replace(WORD, (word) => (mayHoldSecret(word) ? GONE : word));
}
