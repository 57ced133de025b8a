import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { modelDescriptionSchema } from '../../contract/model-description.ts';
import { AiosError } from '../../errors.ts';
import type { RoutedModel } from '../../router/routed-model.ts';
import { sendProblem, toProblem } from '../plugins/problems.ts';
import { ANTHROPIC_ERRORS } from '../wire/anthropic/errors.ts';
import { toAnthropicModel, toAnthropicModels, toOpenAiModel, toOpenAiModels } from '../wire/model-lists.ts';
import { openAiError } from '../wire/openai/errors.ts';
import { sendWireError } from '../wire/wire-errors.ts';
import type { Access } from './access.ts';
import { PROBLEMS, PROBLEM_NOT_FOUND, SECURITY, answer } from './schemas.ts';

const openAiModelSchema = z.object({ id: z.string(), object: z.literal('model'), created: z.number().int(), owned_by: z.string() });

export interface ModelServices {
  readonly router: Pick<RoutedModel, 'models'>;
  readonly access: Pick<Access, 'mayUse'>;
}

/** GET /models and GET /models/{id}: our own list, OpenAI's, and with the header `anthropic-version` Anthropic's. */
export function modelRoutes(parent: FastifyInstance, { router, access }: ModelServices): void {
  // The offline rules are there for everybody.
  const modelsFor = (tenant: string) => router.models().filter(({ id, offline }) => offline || access.mayUse(tenant, id));
  parent.register(async (scope) => {
    scope.setErrorHandler((thrown, request, reply) => {
      if (isAnthropic(request)) return sendWireError(thrown, request, reply, ANTHROPIC_ERRORS);
      // A problem document that OpenAI's clients understand too.
      return sendProblem(thrown, request, reply, (error) => ({ ...toProblem(error), error: openAiError(error) }));
    });
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get('/models', {
      schema: {
        operationId: 'listModels', tags: ['models'], security: SECURITY,
        summary: 'List the configured models that the API key may use; the offline rules alone when none is configured',
        description: '`data` is the same list as OpenAI has it, with the policies as models that can be named (`auto:cheapest`). With the header '
          + "`anthropic-version` the answer is Anthropic's list.",
        response: {
          200: answer('The models', z.object({
            models: z.array(modelDescriptionSchema), object: z.literal('list'), data: z.array(openAiModelSchema),
          })),
          ...PROBLEMS,
        },
      },
    }, async (request, reply) => {
      const models = modelsFor(request.tenant).map((model) => ({ ...model, aliases: [...model.aliases] }));
      if (isAnthropic(request)) return asIs(reply, toAnthropicModels(models));
      return { models, object: 'list' as const, data: toOpenAiModels(models) };
    });

    app.get('/models/*', {
      schema: {
        operationId: 'readModel', tags: ['models'], security: SECURITY, summary: 'Read one model; its id may hold slashes',
        params: z.object({ '*': z.string() }),
        response: { 200: answer('The model', openAiModelSchema), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
      },
    }, async (request, reply) => {
      const id = request.params['*'];
      const models = modelsFor(request.tenant);
      const openAi = toOpenAiModel(models, id);
      if (openAi === undefined) throw new AiosError('not_found', `There is no model "${id.slice(0, 200)}". GET /v1/models lists those that there are.`);
      if (isAnthropic(request)) return asIs(reply, toAnthropicModel(models, id));
      return openAi;
    });
  });
}

function isAnthropic(request: FastifyRequest): boolean {
  return request.headers['anthropic-version'] !== undefined;
}

/** Text, so that the response schema, which is of the other answer, does not apply. */
function asIs(reply: FastifyReply, answer: object): never {
  reply.type('application/json; charset=utf-8');
  return JSON.stringify(answer) as never;
}
