import type { FastifyInstance } from 'fastify';
import { MESSAGE_WIRE } from '../wire/anthropic/message-wire.ts';
import { answerCall } from '../wire/answer-call.ts';
import type { WireServices } from '../wire/answer-call.ts';
import { SECURITY } from './schemas.ts';
import { ANTHROPIC_FAILURES, callHeadersSchema, messageAnswerSchema, messageRequestSchema, streamable } from './wire-schemas.ts';

/** POST /messages, as Anthropic's clients speak it. */
export function messagesRoute(scope: FastifyInstance, services: WireServices): void {
  scope.post('/messages', {
    schema: {
      operationId: 'createMessage', tags: ['models'], security: SECURITY, summary: "Have a conversation answered; Anthropic's API",
      description: 'With `stream`, server-sent events; a stream that broke off ends with the event `error`. The headers are those of '
        + '/v1/chat/completions; in a stream the cost is in `aios` of `message_delta`. Arguments of a tool that are not a JSON object come as '
        + '`{"INVALID_JSON": text}`. Fields and tools that run at Anthropic are refused as `unsupported_parameter`.',
      headers: callHeadersSchema, body: messageRequestSchema,
      response: { 200: streamable('The answer', messageAnswerSchema), ...ANTHROPIC_FAILURES },
    },
  }, (request, reply) => answerCall(request, reply, MESSAGE_WIRE, services));
}
