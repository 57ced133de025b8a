import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AiosError } from '../errors.ts';

const execute = promisify(execFile);
const TIMEOUT_MS = 120_000;
const options = { env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, timeout: TIMEOUT_MS, maxBuffer: 1_048_576 };

export interface DiskUse {
  readonly bytes: number;
  /** Files, folders and links. */
  readonly entries: number;
}

/** What a folder takes of the disk, by `du`, which neither follows links nor stumbles over paths of any depth. */
export async function diskUse(folder: string): Promise<DiskUse> {
  const [bytes, entries] = await Promise.all([['--block-size=1'], ['--inodes']].map(async (unit) => {
    // It exits with 1 when a file vanished meanwhile or may not be read, and still prints the sum.
    const { stdout } = await execute('du', ['-s', '-x', ...unit, '--', folder], options).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }));
    return Number.parseInt(stdout, 10) || 0;
  }));
  return { bytes: bytes!, entries: entries! };
}

/** Removes a folder whatever a program has made in it: folders that may not be read, paths longer than the kernel takes at once. */
export async function removeTree(folder: string): Promise<void> {
  const remove = () => execute('rm', ['-rf', '--one-file-system', '--', folder], options);
  await remove()
    .catch(() => execute('chmod', ['-R', 'u+rwX', '--', folder], options).catch(() => { /* What could be opened, is. */ }).then(remove))
    .catch((error: { stderr?: string }) => {
      throw new AiosError('store_unavailable', `A working copy could not be removed: ${(error.stderr ?? '').slice(0, 300).trim()}. The runtime tries again by itself.`, { cause: error });
    });
}

/** Gives all of a folder to a user; links themselves, not what they lead to. For a folder that no program has touched yet. */
export async function changeOwner(folder: string, { uid, gid }: { readonly uid: number; readonly gid: number }): Promise<void> {
  await execute('chown', ['-R', '-h', '-P', '--', `${uid}:${gid}`, folder], options);
}
