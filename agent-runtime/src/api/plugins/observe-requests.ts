import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../../telemetry/metrics.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** So many requests come that a line for each would cost more than it says; nor has each a logger of its own. */
    readonly quiet?: boolean;
  }
  interface FastifyReply {
    /** Counts and logs a request whose end never comes, because its client went away. */
    observeGone(): void;
  }
}

/** nginx's status of a request whose client did not wait for the answer. */
const CLIENT_GONE = 499;

/** Measures every request of `app`, and logs those under /v1. */
export function observeRequests(app: FastifyInstance, { metrics }: { readonly metrics: Metrics }): void {
  const observe = (request: FastifyRequest, status: number, elapsedMs: number): void => {
    // The pattern of the route, never the address: it stays finite and holds nothing of the caller's.
    const { url: route = 'unknown', config } = request.routeOptions;
    metrics.observeRequest(request.method, route, status, elapsedMs / 1_000);
    if (!route.startsWith('/v1')) return;
    const line = { reqId: request.id, event: 'request', method: request.method, route, status, tenant: request.tenant, ms: Math.round(elapsedMs) };
    if (config.quiet) request.log.debug(line);
    else request.log.info(line);
  };
  app.decorateReply('observeGone', function observeGone(this: FastifyReply) {
    observe(this.request, CLIENT_GONE, this.elapsedTime);
  });
  app.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
    observe(request, reply.statusCode, reply.elapsedTime);
    done();
  });
}
