import type { FastifyReply } from 'fastify';

/** Runs `answer` with a signal that is aborted as soon as the client has gone; then nothing is sent and what `answer` throws is of no interest. */
export async function whileHere(reply: FastifyReply, answer: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
  const gone = new AbortController();
  const { raw } = reply;
  raw.on('close', () => {
    if (raw.writableFinished) return;
    gone.abort();
    reply.observeGone();
  });
  try {
    return await answer(gone.signal);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
    if (!reply.sent) reply.hijack();
    return undefined;
  }
}
