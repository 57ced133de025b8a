import type { FastifyInstance } from 'fastify';
import { AiosError } from '../../errors.ts';
import type { WireServices } from '../wire/answer-call.ts';
import { readCountCall } from '../wire/anthropic/request.ts';
import { isCallable } from '../wire/model-lists.ts';
import { answer, SECURITY } from './schemas.ts';
import { ANTHROPIC_FAILURES, messageRequestSchema, tokenCountSchema } from './wire-schemas.ts';

/** POST /messages/count_tokens, as Anthropic's clients speak it. */
export function countTokensRoute(scope: FastifyInstance, { router }: Pick<WireServices, 'router'>): void {
  scope.post('/messages/count_tokens', {
    schema: {
      operationId: 'countMessageTokens', tags: ['models'], security: SECURITY, summary: "Count the tokens of a request; Anthropic's API",
      description: 'As the router counts them for its filters, which for models whose tokenizer is not public is an estimate.',
      body: messageRequestSchema.omit({ max_tokens: true }),
      response: { 200: answer('The count', tokenCountSchema), ...ANTHROPIC_FAILURES },
    },
  }, async (request) => {
    const call = readCountCall(request.body);
    if (!isCallable(router.models(), call.model)) {
      throw new AiosError('model_not_configured', `The model ${call.model.slice(0, 200)} is not configured. GET /v1/models lists those that there are.`);
    }
    return { input_tokens: await router.countTokens(call.request) };
  });
}
