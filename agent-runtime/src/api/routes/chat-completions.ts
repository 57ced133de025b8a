import type { FastifyInstance } from 'fastify';
import { answerCall } from '../wire/answer-call.ts';
import type { WireServices } from '../wire/answer-call.ts';
import { CHAT_WIRE } from '../wire/openai/chat-wire.ts';
import { SECURITY } from './schemas.ts';
import { OPENAI_FAILURES, callHeadersSchema, chatAnswerSchema, chatRequestSchema, streamable } from './wire-schemas.ts';

/** POST /chat/completions, as OpenAI's clients speak it. */
export function chatCompletionsRoute(scope: FastifyInstance, services: WireServices): void {
  scope.post('/chat/completions', {
    schema: {
      operationId: 'createChatCompletion', tags: ['models'], security: SECURITY, summary: "Have a conversation answered; OpenAI's API",
      description: 'With `stream`, chunks as server-sent events, then `[DONE]`; a stream that broke off ends with an `error` instead. The headers '
        + '`x-aios-model`, `x-aios-decision-id`, `x-aios-cost-usd` and `x-aios-cost-status` say what was done; in a stream the cost is in `aios` of '
        + 'the last chunk. Fields that cannot be honoured are refused as `unsupported_parameter`.',
      headers: callHeadersSchema, body: chatRequestSchema,
      response: { 200: streamable('The answer', chatAnswerSchema), ...OPENAI_FAILURES },
    },
  }, (request, reply) => answerCall(request, reply, CHAT_WIRE, services));
}
