import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { toServerSentEvents } from '../server-sent-events.ts';
import { PROBLEMS, PROBLEM_NOT_FOUND, SECURITY, idParamsSchema } from './schemas.ts';
import { ownerOf, type TaskServices } from './tasks.ts';

const headersSchema = z.looseObject({
  'last-event-id': z.string().regex(/^\d{1,15}$/, 'must be the number of the last event that was seen').optional()
    .describe('Only events after this one are sent'),
});

export interface TaskEventOptions {
  readonly closing: AbortSignal;
  readonly heartbeatMs: number;
}

/** GET /tasks/{id}/events as server-sent events. */
export function taskEventRoute(scope: FastifyInstance, { tasks, access }: TaskServices, options: TaskEventOptions): void {
  scope.withTypeProvider<ZodTypeProvider>().get('/tasks/:id/events', {
    schema: {
      operationId: 'watchTask', tags: ['tasks'], security: SECURITY,
      summary: 'Watch a task: its events so far, then new ones until it has ended',
      description: 'A stream of server-sent events. `id` is the `seq` of the event, `event` its type, `data` a TaskEvent as JSON. '
        + 'A client that lost the connection sends Last-Event-ID and misses nothing.',
      params: idParamsSchema, headers: headersSchema,
      response: {
        200: { description: 'Server-sent events', content: { 'text/event-stream': { schema: z.string() } } },
        ...PROBLEMS, ...PROBLEM_NOT_FOUND,
      },
    },
  }, async (request, reply) => {
    await tasks.task(request.params.id, ownerOf(access, request));
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, options.closing]);
    const events = tasks.events(request.params.id, { afterSeq: Number(request.headers['last-event-id'] ?? 0), signal });
    const stream = Readable.from(toServerSentEvents(events, { heartbeatMs: options.heartbeatMs, signal }), { objectMode: false });
    reply.header('content-type', 'text/event-stream; charset=utf-8').header('cache-control', 'no-store').header('x-accel-buffering', 'no');
    // The schema documents the stream; a stream is not serialized.
    return reply.send(stream as never);
  });
}
