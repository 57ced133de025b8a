import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../../telemetry/metrics.ts';

/** GET /metrics in the text format of Prometheus, without authentication. */
export function metricsRoute(scope: FastifyInstance, metrics: Metrics): void {
  scope.get('/metrics', {
    schema: { operationId: 'readMetrics', tags: ['health'], summary: 'Metrics in the text format of Prometheus' },
  }, async (_request, reply) => reply.header('content-type', metrics.contentType).send(await metrics.text()));
}
