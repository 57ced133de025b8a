import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { taskArtifactSchema } from '../../contract/artifact.ts';
import { AiosError, toAiosError } from '../../errors.ts';
import type { ArtifactLinks } from '../../stores/artifacts/artifact-links.ts';
import type { Artifacts } from '../../stores/artifacts/artifacts.ts';
import { PROBLEMS, PROBLEM_NOT_FOUND, SECURITY, answer, idParamsSchema } from './schemas.ts';
import { ownerOf, type TaskServices } from './tasks.ts';

/** GET /tasks/{id}/artifacts. */
export function taskArtifactRoutes(scope: FastifyInstance, { tasks, access }: TaskServices): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();

  app.get('/tasks/:id/artifacts', {
    schema: {
      operationId: 'listTaskArtifacts', tags: ['tasks'], security: SECURITY, summary: 'List what a task has kept, with links',
      params: idParamsSchema,
      response: { 200: answer('All that the task has kept', z.object({ artifacts: z.array(taskArtifactSchema) })), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, async (request) => ({ artifacts: [...await tasks.artifacts(request.params.id, ownerOf(access, request))] }));
}

export interface LinkedArtifacts {
  /** Without a tenant: a link says whose it is. */
  readonly store: Artifacts;
  readonly links: ArtifactLinks;
  readonly now: () => number;
}

/** GET /artifacts/…: what a link leads to. Without a key, as whoever has the link may open it; never shown in the page itself. */
export function artifactLinkRoute(scope: FastifyInstance, { store, links, now }: LinkedArtifacts): void {
  // A named parameter would be too short for a token.
  scope.get('/artifacts/*', { schema: { hide: true } }, async (request, reply) => {
    const linked = links.read(request.url.split('?', 1)[0]!, now());
    if (linked === null) throw new AiosError('not_found', 'This link has expired, or never was one. Ask for a new one: GET /v1/tasks/{id}/artifacts.');
    const { content, contentType, sizeBytes } = await store.get(linked.key, { version: linked.version });
    content.once('error', (error: unknown) => {
      const { code, message: reason } = toAiosError(error);
      request.log.error({ reqId: request.id, code, reason }, 'an artifact was not delivered');
    });
    return reply.headers({
      'content-type': contentType, 'content-length': sizeBytes, 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(linked.fileName)}`,
      'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox", 'cache-control': 'private, no-store', 'referrer-policy': 'no-referrer',
    }).send(content);
  });
}
