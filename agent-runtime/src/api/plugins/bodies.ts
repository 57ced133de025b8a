import type { FastifyInstance } from 'fastify';

/** Takes JSON bodies alone. An empty one is no body, whatever its header says: many clients name JSON on every POST. */
export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, String(body), done);
  });
}
