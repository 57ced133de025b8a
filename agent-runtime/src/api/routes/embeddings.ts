import type { FastifyInstance } from 'fastify';
import { answerHeaders } from '../wire/answer-headers.ts';
import type { WireServices } from '../wire/answer-call.ts';
import { readCallHeaders } from '../wire/call-headers.ts';
import { readEmbeddingCall, toEmbeddingAnswer } from '../wire/openai/embeddings.ts';
import { answer, SECURITY } from './schemas.ts';
import { OPENAI_FAILURES, callHeadersSchema, embeddingAnswerSchema, embeddingRequestSchema } from './wire-schemas.ts';

/** POST /embeddings, as OpenAI's clients speak it. */
export function embeddingsRoute(scope: FastifyInstance, { router, whileHere }: Pick<WireServices, 'router' | 'whileHere'>): void {
  scope.post('/embeddings', {
    schema: {
      operationId: 'createEmbedding', tags: ['models'], security: SECURITY, summary: "Turn texts into vectors; OpenAI's API",
      description: '`auto` is the first configured embedding model. Vectors of different models do not compare, so name one.',
      headers: callHeadersSchema, body: embeddingRequestSchema,
      response: { 200: answer('The vectors', embeddingAnswerSchema), ...OPENAI_FAILURES },
    },
  }, (request, reply) => {
    const { model, inputs, dimensions, base64 } = readEmbeddingCall(request.body);
    const { routing, scope: callScope } = readCallHeaders(request.headers, model, request.tenant);
    return whileHere(reply, async (signal) => {
      const response = await router.embed(inputs, { signal, routing, scope: callScope, ...(dimensions === undefined ? {} : { dimensions }) });
      reply.headers(answerHeaders(request.id, response));
      return toEmbeddingAnswer(response, base64);
    });
  });
}
