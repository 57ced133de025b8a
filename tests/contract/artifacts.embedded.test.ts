import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedArtifacts } from '../../agent-runtime/src/stores/artifacts/embedded.ts';
import type { Artifacts } from '../../agent-runtime/src/stores/artifacts/artifacts.ts';
import { describeArtifacts, MAX_BYTES } from './artifacts-cases.ts';

describeArtifacts('the embedded artifacts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aios-artifacts-'));
  const stores: Artifacts[] = [];
  const open = async () => {
    const store = createEmbeddedArtifacts({ folder, expiry: { rules: [], replacedAfterDays: 30 }, links: null, maxBytes: MAX_BYTES });
    stores.push(store);
    return store;
  };
  const fileOf = async (key: string) => {
    const { version } = await stores[0]!.stat(key);
    const name = (await readdir(join(folder, 'artifacts'), { recursive: true })).find((path) => path.endsWith(version))!;
    return join(folder, 'artifacts', name);
  };
  return {
    open,
    corrupt: async (key) => writeFile(await fileOf(key), 'the wrong bytes'),
    removeContent: async (key) => rm(await fileOf(key)),
    async close() {
      await Promise.all(stores.map((store) => store.close()));
      await rm(folder, { recursive: true });
    },
  };
});
