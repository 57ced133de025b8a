import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  collectionNameSchema, collectionRequestSchema, collectionSchema, collectionSummarySchema, documentMatchesSchema, documentSchema, documentSearchSchema,
  documentsRemovalSchema, documentsRequestSchema, documentsStoredSchema,
} from '../../contract/collection.ts';
import type { Knowledge, KnowledgePlace } from '../../knowledge/knowledge.ts';
import { readCallHeaders } from '../wire/call-headers.ts';
import { AUTO } from '../wire/pseudo-models.ts';
import type { WhileHere } from '../wire/while-here.ts';
import { PROBLEMS, PROBLEM_CONFLICT, PROBLEM_NOT_FOUND, SECURITY, answer } from './schemas.ts';
import { callHeadersSchema } from './wire-schemas.ts';

export interface CollectionServices {
  readonly knowledge: Knowledge;
  readonly whileHere: WhileHere;
}

const paramsSchema = z.object({ name: collectionNameSchema });
const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(100).optional().describe('nextCursor of the page before'),
});
/** Of what is embedded. Sessions, policies and the cache are not for embeddings. */
const headersSchema = callHeadersSchema.pick({ 'x-aios-agent': true, 'x-aios-workflow': true, 'x-aios-task': true, 'x-aios-privacy': true, 'x-aios-cost-limit-usd': true });

const shared = { tags: ['collections'], security: SECURITY };

/** The routes under /collections. A key has its own ones, whatever others call theirs; an admin's too. */
export function collectionRoutes(scope: FastifyInstance, { knowledge, whileHere }: CollectionServices): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();

  app.get('/collections', {
    schema: {
      ...shared, operationId: 'listCollections', summary: 'List the collections of documents',
      response: { 200: answer('All that the API key has', z.object({ collections: z.array(collectionSummarySchema) })), ...PROBLEMS },
    },
  }, async (request) => ({ collections: [...await knowledge.collections(request.tenant)] }));

  app.put('/collections/:name', {
    schema: {
      ...shared, operationId: 'putCollection', summary: 'Make a collection, or find that it is there',
      description: 'A collection keeps its form and its model; to have others, delete it and fill it anew.',
      params: paramsSchema, body: collectionRequestSchema.nullish(), headers: headersSchema,
      response: { 200: answer('The collection, which was there', collectionSchema), 201: answer('The collection, made', collectionSchema), ...PROBLEMS, ...PROBLEM_CONFLICT },
    },
  }, (request, reply) => whileHere(reply, async (signal) => {
    const { collection, created } = await knowledge.ensure(placeOf(request), request.body ?? {}, callOf(request, signal));
    return reply.code(created ? 201 : 200).send(collection);
  }) as never);

  app.get('/collections/:name', {
    schema: {
      ...shared, operationId: 'readCollection', summary: 'Read a collection, with how many documents it has',
      params: paramsSchema, response: { 200: answer('The collection', collectionSchema), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, (request) => knowledge.describe(placeOf(request)));

  app.delete('/collections/:name', {
    schema: {
      ...shared, operationId: 'deleteCollection', summary: 'Delete a collection with its documents',
      params: paramsSchema, response: { 204: z.null().describe('It is gone'), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, async (request, reply) => {
    await knowledge.remove(placeOf(request));
    return reply.code(204).send(null);
  });

  app.post('/collections/:name/documents', {
    schema: {
      ...shared, operationId: 'storeDocuments', summary: 'Store documents, in the place of those with the same ids',
      description: 'They can be found once this is answered. After a failure some may be stored; the request can be repeated.',
      params: paramsSchema, body: documentsRequestSchema, headers: headersSchema,
      response: { 200: answer('They are stored', documentsStoredSchema), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, (request, reply) => whileHere(reply, async (signal) => knowledge.store(placeOf(request), request.body.documents, callOf(request, signal))) as never);

  app.get('/collections/:name/documents', {
    schema: {
      ...shared, operationId: 'listDocuments', summary: 'List the documents of a collection',
      params: paramsSchema, querystring: pageQuerySchema,
      response: { 200: answer('A page of documents', z.object({ documents: z.array(documentSchema), nextCursor: z.string().nullable() })), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, async (request) => {
    const page = await knowledge.documents(placeOf(request), request.query);
    return { documents: [...page.documents], nextCursor: page.nextCursor };
  });

  app.delete('/collections/:name/documents', {
    schema: {
      ...shared, operationId: 'deleteDocuments', summary: 'Delete documents by their ids or by a filter',
      params: paramsSchema, body: documentsRemovalSchema,
      response: { 204: z.null().describe('Those that there were are gone'), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, async (request, reply) => {
    await knowledge.removeDocuments(placeOf(request), request.body);
    return reply.code(204).send(null);
  });

  app.post('/collections/:name/search', {
    schema: {
      ...shared, operationId: 'searchDocuments', summary: 'Find documents by meaning, by words, or by both',
      params: paramsSchema, body: documentSearchSchema, headers: headersSchema,
      response: { 200: answer('What was found', documentMatchesSchema), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, (request, reply) => whileHere(reply, async (signal) => knowledge.search(placeOf(request), request.body, callOf(request, signal))) as never);
}

function placeOf({ tenant, params }: Pick<FastifyRequest, 'tenant'> & { readonly params: { readonly name: string } }): KnowledgePlace {
  return { tenant, collection: params.name };
}

function callOf({ headers, tenant }: Pick<FastifyRequest, 'headers' | 'tenant'>, signal: AbortSignal) {
  return { signal, ...readCallHeaders(headers, AUTO, tenant) };
}
