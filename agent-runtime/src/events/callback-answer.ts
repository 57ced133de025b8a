import { withoutAddress } from './without-address.ts';

/** What an answer to a callback means. `soon`: n8n is a moment away from taking it. */
export type CallbackVerdict =
  | { readonly action: 'delivered' }
  | { readonly action: 'retry'; readonly soon: boolean; readonly reason: string }
  | { readonly action: 'failed'; readonly reason: string };

const LONGEST_REASON = 300;
const RETRIED = new Set([408, 425, 429]);

/** What a receiver said. */
export interface CallbackAnswer {
  readonly status: number;
  /** The beginning of its text. */
  readonly body: string;
  /** The text broke off, or took too long, before its beginning was there. */
  readonly cut: boolean;
}

/** Judges the answer of `url`. The reason holds nothing of the address, which an answer may repeat: its token wakes an execution. */
export function judgeAnswer(url: string, { status, body, cut }: CallbackAnswer): CallbackVerdict {
  const text = withoutAddress(body, url).replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_REASON);
  const reason = `HTTP ${status}: ${text || 'no text'}`;
  if (status >= 200 && status < 300) {
    // n8n says so with status 200 while it migrates its database; nobody has been woken.
    return body.startsWith('n8n is starting up') ? { action: 'retry', soon: false, reason } : { action: 'delivered' };
  }
  // n8n has not stored the wait yet: the runtime was faster than the end of the node that waits.
  if (status === 409 && body.includes('running already')) return { action: 'retry', soon: true, reason };
  if (status === 409 && /finished (already|with error)/.test(body)) return { action: 'delivered' };
  // Express has no such route: n8n listens some moments before it has registered its own.
  if (status === 404 && body.includes('Cannot POST')) return { action: 'retry', soon: false, reason };
  // Its text would have said whether this is final.
  if ((status === 404 || status === 409) && cut) return { action: 'retry', soon: false, reason };
  if (status >= 500 || RETRIED.has(status)) return { action: 'retry', soon: false, reason };
  if (status >= 300 && status < 400) return { action: 'failed', reason: `HTTP ${status}: redirects are not followed; give the final address` };
  return { action: 'failed', reason };
}
