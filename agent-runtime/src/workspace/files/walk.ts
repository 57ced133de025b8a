import { closeSync, constants, fstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { isGitFolder } from './confined-folder.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const O_PATH = 0o10000000;

export interface WalkedEntry {
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link' | 'other';
  /** Through the open folder, good until the visit ends. */
  readonly at: string;
}

export interface Visitor {
  visit(entry: WalkedEntry): void;
  /** Which folders are gone into; default all. */
  enter?(path: string, depth: number): boolean;
  /** A folder that could not be gone into. */
  closed?(path: string): void;
}

/**
 * Visits what is below an open folder in the order of its names, blocking: for a worker thread. Folders are entered through open
 * handles and links never followed, so a walk can't be led out.
 */
export function walk(folder: string, prefix: string, visitor: Visitor, depth = 1): void {
  for (const item of readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1))) {
    if (isGitFolder(item.name)) continue;
    const path = prefix === '' ? item.name : `${prefix}/${item.name}`;
    const at = `${folder}/${item.name}`;
    visitor.visit({ path, at, type: item.isFile() ? 'file' : (item.isDirectory() ? 'folder' : (item.isSymbolicLink() ? 'link' : 'other')) });
    if (!item.isDirectory() || visitor.enter?.(path, depth) === false) continue;
    const handle = openFolder(at);
    if (handle === null) {
      visitor.closed?.(path);
      continue;
    }
    try {
      walk(`/proc/self/fd/${handle}`, path, visitor, depth + 1);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      visitor.closed?.(path);
    } finally {
      closeSync(handle);
    }
  }
}

/** Null: it is no folder now, or may not be opened. */
function openFolder(at: string): number | null {
  try {
    return openSync(at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch {
    return null;
  }
}

/** What a walked file holds; null: it is no plain file with one name, or is larger than `maxBytes`. */
export function readWalked(at: string, maxBytes: number): { readonly content: Buffer; readonly stats: Stats } | null {
  let named: number | null = null;
  let handle: number | null = null;
  try {
    named = openSync(at, O_PATH | O_NOFOLLOW);
    const stats = fstatSync(named);
    if (!stats.isFile() || stats.nlink > 1 || stats.size > maxBytes) return null;
    handle = openSync(`/proc/self/fd/${named}`, O_RDONLY | O_NONBLOCK);
    const content = Buffer.allocUnsafe(stats.size);
    let length = 0;
    while (length < stats.size) {
      const read = readSync(handle, content, length, stats.size - length, length);
      if (read === 0) break;
      length += read;
    }
    return { content: content.subarray(0, length), stats };
  } catch (error) {
    if (isUnreadable(error)) return null;
    throw error;
  } finally {
    for (const open of [named, handle]) if (open !== null) closeSync(open);
  }
}

/** As it is: nothing says that it is UTF-8. */
export function linkTarget(at: string): Buffer | null {
  try {
    return readlinkSync(at, 'buffer');
  } catch {
    return null;
  }
}

export function statWalked(at: string): Stats | null {
  let named: number | null = null;
  try {
    named = openSync(at, O_PATH | O_NOFOLLOW);
    return fstatSync(named);
  } catch {
    return null;
  } finally {
    if (named !== null) closeSync(named);
  }
}

/** What is there may not be opened, or is not there now. */
export const isUnreadable = (error: unknown) => ['ENOENT', 'EACCES', 'EPERM', 'ELOOP', 'ENOTDIR', 'ENXIO', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '');
