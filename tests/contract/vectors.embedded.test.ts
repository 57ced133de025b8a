import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedVectors } from '../../agent-runtime/src/stores/vectors/embedded.ts';
import type { Vectors } from '../../agent-runtime/src/stores/vectors/vectors.ts';
import { describeVectors } from './vectors-cases.ts';

describeVectors('the embedded vectors', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aios-vectors-'));
  const opened: Vectors[] = [];
  return {
    open() {
      const vectors = createEmbeddedVectors({ folder });
      opened.push(vectors);
      return vectors;
    },
    async close() {
      await Promise.all(opened.map((vectors) => vectors.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
});
