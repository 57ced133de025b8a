import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Events of one change, such as an editor's write and rename, come within that time; half a file may be a valid one. */
const SETTLED_MS = 500;
/** Network folders and mounts may tell nothing. */
const LOOKED_AT_MS = 30_000;

/**
 * Calls `look` after each event in the folder of a file, and now and then without one. The folder is watched and not the
 * file, because editors and Kubernetes replace it; that of what it links to as well. Answers with the function that ends it.
 */
export function watchFile(path: string, look: () => void): () => void {
  const watchers = new Map<string, FSWatcher>();
  let settling: NodeJS.Timeout | undefined;
  let ended = false;
  const happened = () => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      watchTarget();
      look();
    }, SETTLED_MS).unref();
  };
  const watchFolder = (folder: string) => {
    if (ended || watchers.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, happened);
      watcher.on('error', () => {
        watcher.close();
        watchers.delete(folder);
      });
      watchers.set(folder, watcher);
    } catch {
      // The looks without an event remain.
    }
  };
  const watchTarget = () => {
    realpath(path).then((target) => {
      for (const [folder, watcher] of watchers) {
        if (folder === dirname(path) || folder === dirname(target)) continue;
        watcher.close();
        watchers.delete(folder);
      }
      watchFolder(dirname(target));
    }, () => {});
  };
  watchFolder(dirname(path));
  watchTarget();
  const timer = setInterval(() => {
    watchFolder(dirname(path));
    look();
  }, LOOKED_AT_MS).unref();
  return () => {
    ended = true;
    clearTimeout(settling);
    clearInterval(timer);
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
  };
}
