/** What an answer to a callback means. `soon`: n8n is a moment away from taking it. */
export type CallbackVerdict =
  | { readonly action: 'delivered' }
  | { readonly action: 'retry'; readonly soon: boolean; readonly reason: string }
  | { readonly action: 'failed'; readonly reason: string };

const LONGEST_REASON = 300;
const RETRIED = new Set([408, 425, 429]);

/** `body`: the beginning of the answer's text. */
export function judgeAnswer(status: number, body: string): CallbackVerdict {
  const reason = `HTTP ${status}: ${body.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_REASON) || 'no text'}`;
  if (status >= 200 && status < 300) {
    // n8n says so with status 200 while it migrates its database; nobody has been woken.
    return body.startsWith('n8n is starting up') ? { action: 'retry', soon: false, reason } : { action: 'delivered' };
  }
  // n8n has not stored the wait yet: the runtime was faster than the end of the node that waits.
  if (status === 409 && body.includes('running already')) return { action: 'retry', soon: true, reason };
  if (status === 409 && /finished (already|with error)/.test(body)) return { action: 'delivered' };
  // Express has no such route: n8n listens some moments before it has registered its own.
  if (status === 404 && body.includes('Cannot POST')) return { action: 'retry', soon: false, reason };
  if (status >= 500 || RETRIED.has(status)) return { action: 'retry', soon: false, reason };
  if (status >= 300 && status < 400) return { action: 'failed', reason: `HTTP ${status}: redirects are not followed; give the final address` };
  return { action: 'failed', reason };
}
