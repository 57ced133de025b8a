import type { BatchOutcome } from '../contract/batch.ts';
import { judgeAnswer, type CallbackVerdict } from './callback-answer.ts';

const LONGEST_BODY = 4_096;
const LONGEST_READ_MS = 1_000;

/** POSTs a batch's outcome. Never throws: what goes wrong on the way is an answer to retry, an address that cannot be called is final. */
export async function sendCallback(url: string, outcome: BatchOutcome, signal: AbortSignal): Promise<CallbackVerdict> {
  const { origin } = new URL(url);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'aios-agent-runtime' },
      body: JSON.stringify(outcome),
      redirect: 'manual',
      signal,
    });
    return judgeAnswer(url, { status: response.status, ...await beginning(response) });
  } catch (error) {
    const { name, code } = causeOf(error);
    // fetch wraps what happens on the network and names its code; without one it never got there.
    if (name === 'TypeError' && (code === undefined || code === 'ERR_INVALID_URL')) {
      return { action: 'failed', reason: `The callback address at ${origin} cannot be called: its port or its form is not allowed. Give another one.` };
    }
    return { action: 'retry', soon: false, reason: `${origin} did not answer (${code ?? name ?? 'unknown'})` };
  }
}

/** As much of the text as tells the answers apart, bounded in time: the status has come, and the rest may never. */
async function beginning({ body }: Response): Promise<{ readonly body: string; readonly cut: boolean }> {
  const reader = body?.getReader();
  if (!reader) return { body: '', cut: false };
  const decoder = new TextDecoder();
  let text = '';
  let cut = false;
  const leave = () => reader.cancel().catch(() => undefined);
  const timer = setTimeout(() => {
    cut = true;
    void leave();
  }, LONGEST_READ_MS);
  try {
    while (text.length < LONGEST_BODY) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    cut = true;
  } finally {
    clearTimeout(timer);
    await leave();
  }
  return { body: text, cut };
}

/** The system's code, never the message, which may hold the address with its token. */
function causeOf(error: unknown): { readonly name: string | undefined; readonly code: string | undefined } {
  const { name, cause } = error as { readonly name?: string; readonly cause?: { readonly code?: string } };
  return { name, code: cause?.code };
}
