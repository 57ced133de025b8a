import type { Scope } from '../../contract/decision.ts';
import { AiosError } from '../../errors.ts';

/** What an API key may see and use. Of what is kept: its own, or as an admin everything. */
export interface Access {
  isAdmin(tenant: string): boolean;
  /** Whom calls of this key are made for: the key and its team. */
  scopeOf(tenant: string): Scope;
  /** Whether the key may use the model with that id, as the router file says. */
  mayUse(tenant: string, modelId: string): boolean;
}

/** Throws `admin_required`. */
export function requireAdmin(access: Access, tenant: string): void {
  if (access.isAdmin(tenant)) return;
  throw new AiosError('admin_required', `The API key ${tenant} may not do this. Use a key that the router file marks with admin: true.`);
}

/** The tenant that a query is limited to; undefined: none. Throws `admin_required` when another one is asked for. */
export function visibleTenant(access: Access, tenant: string, asked?: string): string | undefined {
  if (access.isAdmin(tenant)) return asked;
  if (asked !== undefined && asked !== tenant) requireAdmin(access, tenant);
  return tenant;
}
