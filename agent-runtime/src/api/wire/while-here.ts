import type { FastifyReply } from 'fastify';
import { AiosError } from '../../errors.ts';

/**
 * Runs `answer` with a signal that is aborted as soon as the client has gone; then nothing is sent and what `answer` throws
 * is of no interest. It is aborted too when the runtime cannot wait for answers any more; that fails with `shutting_down`.
 */
export type WhileHere = (reply: FastifyReply, answer: (signal: AbortSignal) => Promise<unknown>) => Promise<unknown>;

/** `cut`: aborted when all answers that are under way are to end. */
export function createWhileHere(cut: AbortSignal): WhileHere {
  // One listener for all of them: adding one for each call costs more.
  const running = new Set<AbortController>();
  cut.addEventListener('abort', () => {
    for (const call of running) call.abort(new AiosError('shutting_down', 'The runtime is shutting down and could not wait for the answer any longer. Send the request again.'));
  }, { once: true });
  return async (reply, answer) => {
    const call = new AbortController();
    const { raw } = reply;
    raw.on('close', () => {
      if (raw.writableFinished) return;
      call.abort();
      reply.observeGone();
    });
    running.add(call);
    try {
      return await answer(call.signal);
    } catch (error) {
      if (!call.signal.aborted) throw error;
      if (isCut(call.signal)) throw call.signal.reason;
      if (!reply.sent) reply.hijack();
      return undefined;
    } finally {
      running.delete(call);
    }
  };
}

/** Whether the signal of an answer was aborted by the runtime: its client is still there to be told. */
export function isCut(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason instanceof AiosError;
}
