import { createHash } from 'node:crypto';

/** The name space of our ids. It never changes: points would no longer be found. */
const NAME_SPACE = Buffer.from('6f1cbd4ea6b64ad09d0d2f4ed21f7f11', 'hex');

/**
 * Qdrant takes whole numbers and UUIDs alone, so an id becomes a UUID of version 5 (RFC 9562). The tenant is part of it:
 * two tenants' points with one id are two points.
 */
export function pointIdOf(tenant: string, id: string): string {
  const hash = createHash('sha1').update(NAME_SPACE).update(JSON.stringify([tenant, id])).digest().subarray(0, 16);
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
