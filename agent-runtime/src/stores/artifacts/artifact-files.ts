import { mkdir, open, readdir, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** A file that is being written, under a name that nothing looks for. */
export interface UnfinishedFile {
  write(chunk: Uint8Array): Promise<void>;
  /** Gives it its version's name. Resolves when that survives a power failure. */
  finish(): Promise<void>;
  /** Removes it, finished or not. */
  discard(): Promise<void>;
}

/**
 * The contents behind the embedded store, a file each, named by its version and never by its key: no key can lead out of
 * the folder, be another's in a file system that knows no case, be too long or be a reserved name. Only the owner reads them.
 */
export interface ArtifactFiles {
  create(version: string): Promise<UnfinishedFile>;
  /** Rejects with ENOENT where it is gone. */
  open(version: string): Promise<FileHandle>;
  /** Where it can't be removed, it stays for `sweep`. */
  remove(version: string): Promise<void>;
  /** Removes files last written before `before` that nobody knows. */
  sweep(before: number, known: (version: string) => boolean): Promise<void>;
}

export function artifactFiles(folder: string): ArtifactFiles {
  const unfinished = join(folder, 'unfinished');
  const place = (version: string) => join(folder, version.slice(0, 2), version);

  async function makeFolder(path: string): Promise<void> {
    if (await mkdir(path, { recursive: true, mode: FOLDER_MODE }) !== undefined) await syncFolder(dirname(path));
  }

  async function removeOld(path: string, before: number): Promise<void> {
    const { mtimeMs } = await stat(path);
    if (mtimeMs < before) await rm(path, { force: true });
  }

  return {
    async create(version) {
      await makeFolder(unfinished);
      const temporary = join(unfinished, version);
      const file = await open(temporary, 'wx', FILE_MODE);
      return {
        write: (chunk) => file.appendFile(chunk),
        async finish() {
          await file.sync();
          await file.close();
          await makeFolder(dirname(place(version)));
          await rename(temporary, place(version));
          await syncFolder(dirname(place(version)));
        },
        async discard() {
          await file.close();
          await rm(temporary, { force: true });
          await rm(place(version), { force: true });
        },
      };
    },
    open: (version) => open(place(version), 'r'),
    async remove(version) {
      await unlink(place(version)).catch(() => undefined);
    },
    async sweep(before, known) {
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        if (!entry.isDirectory()) continue;
        for (const name of await readdir(join(folder, entry.name))) {
          const path = join(folder, entry.name, name);
          // Another process may remove it at the same time.
          if (path.startsWith(unfinished) || !known(name)) await removeOld(path, before).catch(() => undefined);
        }
      }
    },
  };
}

/** Makes names in a folder survive a power failure. Windows does so by itself and opens no folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
