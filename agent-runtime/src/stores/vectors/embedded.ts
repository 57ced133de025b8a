import {
  checkCollection, checkName, checkPage, checkPlace, checkPoints, checkSearch, checkSelection,
} from './check-input.ts';
import { invalid } from './check-filter.ts';
import { createEmbeddedThread } from './embedded-thread.ts';
import type { Vectors } from './vectors.ts';

const WRITTEN_AT_ONCE = 500;

export interface EmbeddedVectorsOptions {
  /** Folder of the database file; several processes on one machine may share it. */
  readonly folder: string;
  /** Told once when searches will be slow, because a native library is missing. */
  readonly warn?: (message: string) => void;
}

/**
 * Vectors in a SQLite file: exact search by comparing all of a tenant's vectors, in a thread of its own. For how many points
 * that is fast enough, see docs/vectors.md. A write survives the death of the process, but perhaps not a power failure.
 */
export function createEmbeddedVectors({ folder, warn = () => undefined }: EmbeddedVectorsOptions): Vectors {
  const thread = createEmbeddedThread({ folder, warn });

  async function sweep(): Promise<void> {
    while (await thread.call('sweep', []));
  }

  return {
    async ensureCollection(wanted) {
      await thread.call('ensure', [checkCollection(wanted)]);
      // What a process left that died while it deleted a collection.
      await sweep();
    },
    async describeCollection(name) {
      checkName(name);
      return thread.call('describe', [name]);
    },
    async deleteCollection(name) {
      checkName(name);
      const dropped = await thread.call('drop', [name]);
      await sweep();
      return dropped;
    },
    async upsert(place, points) {
      checkPlace(place);
      const checked = await checkPoints(points);
      for (let start = 0; start < checked.length || start === 0; start += WRITTEN_AT_ONCE) {
        const chunk = checked.slice(start, start + WRITTEN_AT_ONCE).map(({ payload: _, ...point }) => point);
        await thread.call('upsert', [place, chunk], chunk.flatMap(({ dense }) => (dense ? [dense.buffer] : [])));
      }
    },
    async remove(place, selection) {
      checkPlace(place);
      checkSelection(selection);
      while (!await thread.call('remove', [place, selection]));
    },
    async search(place, search) {
      checkPlace(place);
      return thread.call('search', [place, checkSearch(search)]);
    },
    async list(place, page) {
      checkPlace(place);
      checkPage(page);
      const { after = '-1', filter, limit } = page;
      if (!/^(?:-1|\d{1,16})$/.test(after)) throw invalid('after', 'is no "next" of a page before');
      return thread.call('list', [place, { filter, limit, after: Number(after) }]);
    },
    async count(place, filter) {
      checkPlace(place);
      if (filter) checkPage({ filter, limit: 1 });
      return thread.call('count', [place, filter]);
    },
    async ping() {
      await thread.call('ping', []);
    },
    close: () => thread.close(),
  };
}
