import swagger from '@fastify/swagger';
import type { SwaggerTransformObject } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import { componentReferences, componentSchemas } from '../openapi-components.ts';

const DESCRIPTION = `The HTTP API of the agent runtime behind n8n-nodes-aios.

A task asks an agent for an operation. Tasks are accepted durably, run at least once and have their outward effects once.
Errors are RFC 9457 problem documents; \`code\` is one of the table in agent-runtime/ERRORS.md. The endpoints of OpenAI's and
Anthropic's APIs answer with errors in their shapes, with the same \`code\`. The key can also be sent as \`x-api-key\`.

A field of these endpoints that cannot be honoured is refused as \`unsupported_parameter\`. Accepted without effect: bookkeeping
(\`user\` aside, which is passed on: \`metadata\`, \`store\`, \`service_tier\` and the like), marks of prompt caches, which the router
places itself, \`context_management\`, the \`name\` of a message and the \`detail\` of an image. Instructions between the turns are moved to the others.`;

/** Describes every route registered afterwards at /docs/json, with a page for people at /docs. */
export async function describeWithOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'AIOS agent runtime', version: '1', description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
      components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'One of AIOS_API_KEYS' } } },
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { override: componentReferences } }),
    transformObject: withComponentSchemas,
  });
  await app.register(swaggerUi, { routePrefix: '/docs', uiConfig: { docExpansion: 'list', deepLinking: true } });
}

const withComponentSchemas: SwaggerTransformObject = (document) => {
  if (!('openapiObject' in document)) throw new Error('The API is described as OpenAPI, never as Swagger 2.');
  const { openapiObject } = document;
  Object.assign(openapiObject.components ??= {}, { schemas: componentSchemas() });
  return openapiObject;
};
