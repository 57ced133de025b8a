import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from './disk.ts';
import { tryLock, type HostLock } from './host-lock.ts';
import { endProcessesOf } from './owned-processes.ts';

/** Which process a working copy belongs to: its folder's name begins with the id of a lock that the process holds while it lives. */
export interface Owner {
  /** For what the process shows its sandboxes; other users may pass it. What it starts is known by it. */
  readonly sandboxFolder: string;
  newCopy(): string;
  /** Removes the copies of processes that are gone. */
  sweep(): Promise<number>;
  release(): Promise<void>;
}

export async function becomeOwner(copies: string, owners: string): Promise<Owner> {
  await mkdir(owners, { recursive: true });
  await chmod(owners, 0o711);
  const id = randomUUID();
  const file = join(owners, `${id}.lock`);
  // Held before it bears its name, so that nobody finds it free.
  const lock = tryLock(`${file}.new`)!;
  await rename(`${file}.new`, file);
  return {
    sandboxFolder: join(owners, id),
    newCopy: () => join(copies, `${id}.${randomUUID()}`),
    async sweep() {
      const names = await readdir(copies);
      const locks = (await readdir(owners)).filter((name) => name.endsWith('.lock')).map((name) => name.slice(0, -'.lock'.length));
      let removed = 0;
      for (const other of new Set([...locks, ...names.map((name) => name.split('.')[0]!)])) {
        if (other === id) continue;
        const lockFile = join(owners, `${other}.lock`);
        const known = locks.includes(other);
        let held: HostLock | null = null;
        if (known) {
          held = tryLock(lockFile);
          if (held === null) continue;
        } else if ((await readdir(owners)).includes(`${other}.lock`)) {
          // It came while we looked.
          continue;
        }
        try {
          await endProcessesOf(join(owners, other));
          for (const name of (await readdir(copies)).filter((copy) => copy.startsWith(`${other}.`))) {
            await removeTree(join(copies, name));
            removed += 1;
          }
          await removeTree(join(owners, other));
          await rm(lockFile, { force: true });
        } finally {
          held?.release();
        }
      }
      return removed;
    },
    async release() {
      await removeTree(join(owners, id));
      await rm(file, { force: true });
      lock.release();
    },
  };
}
