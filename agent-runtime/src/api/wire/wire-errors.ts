import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asAiosError } from '../plugins/problems.ts';
import type { WireErrors } from './wire.ts';

/** Makes every failure of the routes of `scope` one in the wire's own shape. */
export function answerWithWireErrors(scope: FastifyInstance, errors: WireErrors): void {
  scope.setErrorHandler((thrown: FastifyError, request, reply) => sendWireError(thrown, request, reply, errors));
}

export function sendWireError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, errors: WireErrors): FastifyReply {
  const error = asAiosError(thrown, request);
  if (error.kind === 'bug') request.log.error({ err: thrown, reqId: request.id }, 'request failed');
  if (error.retryAfterMs !== undefined) {
    reply.header('retry-after', Math.ceil(error.retryAfterMs / 1_000)).header('retry-after-ms', Math.ceil(error.retryAfterMs));
  }
  // The clients of both wires go by the status alone unless they are told.
  if (error.kind !== 'operational') reply.header('x-should-retry', 'false');
  if (error.code === 'unauthorized') reply.header('www-authenticate', 'Bearer realm="aios"');
  return reply.code(errors.status(error)).headers({ 'content-type': 'application/json; charset=utf-8', 'request-id': request.id })
    .send(errors.body(error, request.id));
}
