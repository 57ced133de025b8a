import type { BatchOutcome } from '../contract/batch.ts';
import { judgeAnswer, type CallbackVerdict } from './callback-answer.ts';

const LONGEST_BODY = 4_096;

/** POSTs a batch's outcome. Never throws: what goes wrong on the way is an answer to retry. */
export async function sendCallback(url: string, outcome: BatchOutcome, signal: AbortSignal): Promise<CallbackVerdict> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'aios-agent-runtime' },
      body: JSON.stringify(outcome),
      redirect: 'manual',
      signal,
    });
    return judgeAnswer(response.status, await beginning(response));
  } catch (error) {
    return { action: 'retry', soon: false, reason: `${new URL(url).origin} did not answer (${causeOf(error)})` };
  }
}

async function beginning(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= LONGEST_BODY) break;
  }
  return text;
}

/** The system's code, never the message, which may hold the address with its token. */
function causeOf(error: unknown): string {
  const { name, cause } = error as { readonly name?: string; readonly cause?: { readonly code?: string } };
  return cause?.code ?? name ?? 'unknown';
}
