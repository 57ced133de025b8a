import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createEmbeddedVectors } from '../../agent-runtime/src/stores/vectors/embedded.ts';
import type { Search } from '../../agent-runtime/src/stores/vectors/vectors.ts';

/** What the embedded vectors take: upserts a second, searches, memory and how long the event loop stands, by number of points. */
const { values: options } = parseArgs({ options: {
  points: { type: 'string', default: '1000,10000,100000' }, dimension: { type: 'string', default: '768' }, searches: { type: 'string', default: '15' },
} });
const dimension = Number(options.dimension);
const searches = Number(options.searches);

const WORDS = 30_000;
const TERMS = 40;
/** Long enough for a paragraph of knowledge. */
const TEXT = 'The deployment waits for its health check before the next host is drained. '.repeat(10);

const randomVector = () => Float32Array.from({ length: dimension }, () => Math.random() - 0.5);
/** Few words are frequent, as in texts. */
const randomTerms = (count: number) => {
  const indices = [...new Set(Array.from({ length: count }, () => Math.floor(WORDS * Math.random() ** 3)))];
  return { indices, values: indices.map(() => Math.random() + 0.1) };
};
const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
const worst = (times: number[]) => times.at(-1)!;

const rows: Record<string, Record<string, string>> = {};
for (const points of options.points.split(',').map(Number)) {
  const folder = await mkdtemp(join(tmpdir(), 'aios-bench-vectors-'));
  const vectors = createEmbeddedVectors({ folder, warn: (message) => console.warn(message) });
  const place = { collection: 'bench', tenant: 'one' };
  await vectors.ensureCollection({ name: 'bench', dimension, distance: 'cosine', sparse: true });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let spent = 0;
  for (let start = 0; start < points; start += 1_000) {
    const batch = Array.from({ length: Math.min(1_000, points - start) }, (_, n) => ({
      id: `p${start + n}`, dense: randomVector(), sparse: randomTerms(TERMS), payload: { text: TEXT, source: `s${(start + n) % 100}`, page: start + n },
    }));
    const before = performance.now();
    await vectors.upsert(place, batch);
    spent += performance.now() - before;
  }
  delay.reset();
  const measure = async (search: () => Omit<Search, 'limit'>) => {
    const times: number[] = [];
    for (let run = 0; run < searches; run++) {
      const before = performance.now();
      await vectors.search(place, { ...search(), limit: 10 });
      times.push(performance.now() - before);
    }
    return `${median(times).toFixed(1)} (${worst(times).toFixed(1)})`;
  };
  const filter = { field: 'source', equals: 's7' } as const;
  rows[points.toLocaleString('en')] = {
    'upserts/s': Math.round(points / spent * 1_000).toLocaleString('en'),
    'dense ms': await measure(() => ({ dense: randomVector() })),
    'dense, 1 % by filter': await measure(() => ({ dense: randomVector(), filter })),
    'sparse, 8 words': await measure(() => ({ sparse: randomTerms(8) })),
    hybrid: await measure(() => ({ dense: randomVector(), sparse: randomTerms(8) })),
    'event loop stood, ms': (delay.max / 1e6).toFixed(1),
    'RSS MB': (process.memoryUsage.rss() / 1e6).toFixed(0),
  };
  await vectors.close();
  rows[points.toLocaleString('en')]!['file MB'] = ((await stat(join(folder, 'vectors.db'))).size / 1e6).toFixed(0);
  await rm(folder, { recursive: true });
}
console.log(`Dimension ${dimension}; medians of ${searches} searches, in brackets the worst.`);
console.table(rows);
