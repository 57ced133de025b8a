import { hash } from 'node:crypto';
import type { ModelRequest } from '../../providers/model.ts';

/**
 * SHA-256 over the tenant, the model and every field of the request, whatever fields there are: one that is added to
 * ModelRequest is in the key by itself. The order of the request's own fields does not matter; that of anything below
 * does, which costs a hit at worst.
 */
export function requestKey(tenant: string, model: string, request: ModelRequest): string {
  return hash('sha256', JSON.stringify([tenant, model, ...fieldsOf(request)]), 'base64url');
}

function fieldsOf(request: ModelRequest): unknown[] {
  const fields: unknown[] = [];
  for (const name of Object.keys(request).sort()) {
    const value = request[name as keyof ModelRequest];
    if (value !== undefined) fields.push(name, value);
  }
  return fields;
}
