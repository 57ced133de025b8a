import { createHash, timingSafeEqual } from 'node:crypto';
import bearerAuth from '@fastify/bearer-auth';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the API key that was used; empty on routes without authentication. */
    tenant: string;
  }
}

export interface ApiKey {
  /** The tenant: stable and not secret. */
  readonly name: string;
  readonly key: string;
}

/** Asks every route registered on `app` afterwards for one of the keys, and sets `request.tenant` to that key's name. */
export async function requireApiKey(app: FastifyInstance, keys: readonly ApiKey[]): Promise<void> {
  const known = keys.map(({ name, key }) => ({ name, digest: digestOf(key) }));
  app.decorateRequest('tenant', '');
  await app.register(bearerAuth, {
    keys: [],
    addHook: false,
    specCompliance: 'rfc6749',
    verifyErrorLogLevel: 'debug',
    auth(key, request) {
      const digest = digestOf(key);
      // Digests have one length, and all are compared, so the time says nothing about the keys.
      const matches = known.filter((candidate) => timingSafeEqual(candidate.digest, digest));
      request.tenant = matches[0]?.name ?? '';
      return matches.length > 0;
    },
  });
  app.addHook('onRequest', (request, reply, done) => app.verifyBearerAuth?.(request, reply, done));
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
