import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** Query parameter of requests that may wait for an end. */
export const waitQuerySchema = z.object({
  waitMs: z.coerce.number().int().min(0).max(60_000).default(0)
    .describe('Hold the answer until the work has ended, at most so many ms'),
});

/** Runs a read that waits; the wait ends early when the client goes or the runtime closes. */
export async function whileConnected<Result>(
  reply: FastifyReply, closing: AbortSignal, waitMs: number,
  read: (options: { waitMs: number; signal: AbortSignal }) => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  const abort = (): void => over.abort();
  reply.raw.once('close', abort);
  closing.addEventListener('abort', abort, { once: true });
  if (closing.aborted) abort();
  try {
    return await read({ waitMs, signal: over.signal });
  } finally {
    reply.raw.off('close', abort);
    closing.removeEventListener('abort', abort);
  }
}
