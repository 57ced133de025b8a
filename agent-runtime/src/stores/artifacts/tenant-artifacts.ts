import { artifactKey, prefixOfKeys } from './artifact-names.ts';
import type { Artifacts } from './artifacts.ts';

/** What a tenant sees of a store: its own keys, without what sets them apart from others'. `ping`, `sweep` and `close` are the store's. */
export function tenantArtifacts(store: Artifacts, tenant: string): Artifacts {
  const base = `${artifactKey(encodeURIComponent(tenant).replaceAll('.', '%2E'))}/`;
  // Checked before it is put together: `..` must not lead out, nor a bad key become a good one.
  const whole = (key: string) => base + artifactKey(key);
  const own = <Named extends { readonly key: string }>(named: Named): Named => ({ ...named, key: named.key.slice(base.length) });
  return {
    ...store,
    put: async (key, content, options) => own(await store.put(whole(key), content, options)),
    get: async (key, options) => own(await store.get(whole(key), options)),
    stat: async (key, options) => own(await store.stat(whole(key), options)),
    async list(prefix, page = {}) {
      const { artifacts, cursor } = await store.list(base + prefixOfKeys(prefix), { ...page, cursor: page.cursor == null ? null : base + page.cursor });
      return { artifacts: artifacts.map(own), cursor: cursor && cursor.slice(base.length) };
    },
    versions: async (key) => store.versions(whole(key)),
    delete: async (key, options) => store.delete(whole(key), options),
    link: async (key, options) => store.link(whole(key), options),
  };
}
