import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { AiosError } from '../../errors.ts';

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

const SCHEME = 'bearer ';

/**
 * Asks every route registered on `app` for one of the keys, as `Authorization: Bearer <key>` or, as Anthropic's clients
 * send it, `x-api-key: <key>`, and sets `request.tenant` to that key's name.
 */
export function requireApiKey(app: FastifyInstance, keys: readonly ApiKey[]): void {
  const known = keys.map(({ name, key }) => ({ name, digest: digestOf(key) }));
  // Found by the engine's seeded hash and compared only where that is equal, so the time says nothing about the keys here either.
  const accepted = new Map<string, string>();
  const tenantOf = (key: string): string | undefined => {
    let tenant = accepted.get(key);
    if (tenant !== undefined) return tenant;
    const digest = digestOf(key);
    // Digests have one length, and all are compared, so the time says nothing about the keys.
    for (const candidate of known) if (timingSafeEqual(candidate.digest, digest)) tenant = candidate.name;
    if (tenant !== undefined) accepted.set(key, tenant);
    return tenant;
  };
  app.decorateRequest('tenant', '');
  app.addHook('onRequest', (request, _reply, done) => {
    const key = keyIn(request.headers);
    const tenant = key === null ? undefined : tenantOf(key);
    if (tenant === undefined) {
      done(new AiosError('unauthorized', 'Send one of the keys of AIOS_API_KEYS in the header "Authorization: Bearer <key>" or "x-api-key: <key>".'));
      return;
    }
    request.tenant = tenant;
    done();
  });
}

function keyIn({ authorization = '', 'x-api-key': apiKey }: IncomingHttpHeaders): string | null {
  if (authorization.slice(0, SCHEME.length).toLowerCase() === SCHEME) return authorization.slice(SCHEME.length).trim();
  return typeof apiKey === 'string' ? apiKey : null;
}

function digestOf(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
