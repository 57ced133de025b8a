import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AiosError } from '../../errors.ts';
import { PROBLEMS, answer } from './schemas.ts';

/** One thing that must work before the runtime can take work. */
export interface ReadinessCheck {
  readonly name: string;
  /** Throws when it does not. */
  readonly check: () => Promise<void>;
}

/** /healthz: the process lives. /readyz: it can take work. Both without authentication. */
export function healthRoutes(scope: FastifyInstance, checks: readonly ReadinessCheck[], closing: AbortSignal): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();

  app.get('/healthz', {
    schema: {
      operationId: 'readHealth', tags: ['health'], summary: 'Is the process alive?',
      response: { 200: answer('It is', z.object({ status: z.literal('ok') })) },
    },
  }, async () => ({ status: 'ok' as const }));

  app.get('/readyz', {
    schema: {
      operationId: 'readReadiness', tags: ['health'], summary: 'Can the runtime take work? Says what is not ready',
      response: {
        200: answer('It can', z.object({ status: z.literal('ready'), checks: z.array(z.string()) })), default: PROBLEMS.default,
      },
    },
  }, async () => {
    if (closing.aborted) throw new AiosError('shutting_down', 'The runtime is shutting down. Use another one, or try again once it is back.');
    const issues = (await Promise.all(checks.map(failureOf))).filter((issue) => issue !== null);
    if (issues.length > 0) {
      const names = issues.map(({ path }) => path).join(', ');
      throw new AiosError('store_unavailable', `Not ready: ${names}. See issues for the reason of each.`, { issues });
    }
    return { status: 'ready' as const, checks: checks.map(({ name }) => name) };
  });
}

async function failureOf({ name, check }: ReadinessCheck): Promise<{ path: string; message: string } | null> {
  try {
    await check();
    return null;
  } catch (error) {
    return { path: name, message: error instanceof Error ? error.message : String(error) };
  }
}
