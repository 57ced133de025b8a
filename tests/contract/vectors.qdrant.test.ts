import { randomUUID } from 'node:crypto';
import { createQdrantVectors } from '../../agent-runtime/src/stores/vectors/qdrant.ts';
import type { Vectors } from '../../agent-runtime/src/stores/vectors/vectors.ts';
import { startQdrantStandIn } from '../stand-ins/qdrant/start-qdrant-stand-in.ts';
import { describeVectors } from './vectors-cases.ts';

/** Drivers on one server, in collections of their own, which are removed. */
function benchOn(url: string, apiKey: string | undefined) {
  const collectionPrefix = `aios-test-${randomUUID()}-`;
  const open = () => createQdrantVectors({ url, apiKey, collectionPrefix });
  const opened: Vectors[] = [];
  return {
    open() {
      const vectors = open();
      opened.push(vectors);
      return vectors;
    },
    async close() {
      const last = open();
      await last.deleteCollection('docs');
      await Promise.all([...opened, last].map((vectors) => vectors.close()));
    },
  };
}

describeVectors('the Qdrant vectors, on a stand-in', async () => {
  const standIn = await startQdrantStandIn({ apiKey: 'a-key' });
  const bench = benchOn(standIn.url, 'a-key');
  return {
    open: () => bench.open(),
    async close() {
      await bench.close();
      await standIn.close();
      standIn.assertNoViolations();
    },
  };
});

const url = process.env['QDRANT_URL'];
if (url) describeVectors('the Qdrant vectors, on the server at QDRANT_URL', async () => benchOn(url, process.env['QDRANT_API_KEY']));
