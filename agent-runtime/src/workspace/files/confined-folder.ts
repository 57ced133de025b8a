import { constants, type Stats } from 'node:fs';
import { mkdir, open, readlink, type FileHandle } from 'node:fs/promises';
import { AiosError } from '../../errors.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;
/** A handle that only names its file: opening a pipe or a device so has no effect and does not wait. Not in Node's constants. */
const O_PATH = 0o10000000;
const MAX_LINKS = 20;
const MAX_DEPTH = 100;

/** Where a path led: an open folder inside the copy, and the name of the last step in it. */
export interface Place {
  /** Path of the open folder itself; a rename or a link that is put in its way later does not change where it leads. */
  readonly folder: string;
  readonly name: string;
  /** The resolved path, with `/`, from the copy's root; empty for the root. */
  readonly path: string;
  /** Undefined: there is no such entry. */
  readonly stats: Stats | undefined;
  readonly handle: FileHandle | undefined;
}

export interface PlaceOptions {
  /** Folders on the way that are missing are made, and given to this. */
  readonly onMade?: (folder: FileHandle) => Promise<void>;
  /** A link at the end of the path is the place itself. */
  readonly keepLink?: boolean;
}

const through = (handle: FileHandle) => `/proc/self/fd/${handle.fd}`;

/**
 * Walks a path from the root step by step through open handles, so that whatever is swapped meanwhile, nothing outside the root is
 * reached: `..` and links are followed by our own bookkeeping and may lead anywhere inside the root, never out. `.git` does not exist.
 */
export async function atPlace<T>(root: string, path: string, use: (place: Place) => Promise<T>, { onMade, keepLink = false }: PlaceOptions = {}): Promise<T> {
  const opened: FileHandle[] = [];
  const openHere = async (at: string, flags: number) => {
    const handle = await open(at, flags);
    opened.push(handle);
    return handle;
  };
  try {
    const stack = [{ handle: await openHere(root, O_PATH | O_DIRECTORY | O_NOFOLLOW), name: '' }];
    const steps = split(path).reverse();
    for (let links = 0; ;) {
      const step = steps.pop();
      const here = stack.at(-1)!;
      const pathTo = (...names: string[]) => [...stack.slice(1).map(({ name }) => name), ...names].join('/');
      if (step === undefined) {
        return await use({ folder: through(stack.at(-2)?.handle ?? here.handle), name: here.name, path: pathTo(), stats: await here.handle.stat(), handle: here.handle });
      }
      if (step === '..') {
        if (stack.length === 1) throw refused(path, 'leads out of the working copy');
        stack.pop();
        continue;
      }
      if (isGitFolder(step)) throw refused(path, 'is git\'s own');
      const at = `${through(here.handle)}/${step}`;
      const handle = await openHere(at, O_PATH | O_NOFOLLOW).catch(whenMissing);
      const stats = await handle?.stat();
      if (stats?.isSymbolicLink() && !(keepLink && steps.length === 0)) {
        links += 1;
        const target = await readlink(at).catch(whenMissing);
        if (links > MAX_LINKS || target === undefined) throw refused(path, 'goes round in links');
        if (target.startsWith('/')) throw refused(path, 'is a link out of the working copy');
        steps.push(...split(target).reverse());
      } else if (stats?.isDirectory()) {
        if (stack.length > MAX_DEPTH) throw refused(path, 'is too deep');
        stack.push({ handle: handle!, name: step });
      } else if (steps.length === 0) {
        return await use({ folder: through(here.handle), name: step, path: pathTo(step), stats, handle });
      } else if (stats !== undefined) {
        throw refused(path, `goes through ${pathTo(step)}, which is no folder`);
      } else if (onMade) {
        await mkdir(at, { mode: 0o755 }).catch((error: NodeJS.ErrnoException) => { if (error.code !== 'EEXIST') throw error; });
        const made = await openHere(at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        await onMade(made);
        stack.push({ handle: made, name: step });
      } else {
        throw missing(path);
      }
    }
  } catch (error) {
    throw translated(error, path);
  } finally {
    await Promise.all(opened.map((handle) => handle.close()));
  }
}

/** Opens what a place's handle names, with the asked flags; a link can't have been put in between. */
export const reopen = (place: Place, flags: number) => open(through(place.handle!), flags);

/** Throws unless the place is a file with one name, no folder, pipe, socket or device. */
export function mustBePlainFile(place: Place, asked: string): Stats {
  const { stats } = place;
  if (stats === undefined) throw missing(asked);
  if (stats.isDirectory()) throw refused(asked, 'is a folder');
  if (!stats.isFile()) throw refused(asked, 'is no plain file');
  // git never makes one, and its other name may be anywhere.
  if (stats.nlink > 1) throw refused(asked, 'is a hard link');
  return stats;
}

/** Git takes these for its own folder on some file systems; it refuses them in commits too. */
export const isGitFolder = (name: string) => /^(?:\.git|git~1)[. ]*$/i.test(name.replaceAll(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, ''));

export const refused = (path: string, why: string) => new AiosError('workspace_file_refused', `${shown(path)} ${why}. Use the path of a plain file or folder inside the working copy.`);

export const missing = (path: string) => new AiosError('not_found', `${shown(path)} is not in the working copy. List its folder to see what is.`);

export const shown = (path: string) => JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);

function split(path: string): string[] {
  if (path.includes('\0') || path.length > 4_096) throw refused(path, 'is no path');
  if (path.startsWith('/')) throw refused(path, 'is absolute');
  return path.split('/').filter((step) => step !== '' && step !== '.');
}

function whenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function translated(error: unknown, path: string): unknown {
  if (error instanceof AiosError) return error;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT': return missing(path);
    case 'ELOOP': case 'ENOTDIR': case 'EISDIR': case 'EINVAL': case 'ENXIO': return refused(path, 'changed while it was used, or is no plain file');
    case 'ENAMETOOLONG': return refused(path, 'is too long');
    case 'EACCES': case 'EPERM': return refused(path, 'may not be opened');
    case 'ENOSPC': case 'EDQUOT': return new AiosError('store_unavailable', 'The disk of the workspaces is full. Free some space; the runtime tries again by itself.', { cause: error });
    case 'EMFILE': case 'ENFILE': return new AiosError('store_unavailable', 'The runtime has too many open files. Raise its limit (ulimit -n).', { cause: error });
    default: return error;
  }
}
