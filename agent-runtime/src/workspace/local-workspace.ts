import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AiosError } from '../errors.ts';
import { changeOwner, diskUse, removeTree, type DiskUse } from './disk.ts';
import { atPlace, missing, refused } from './files/confined-folder.ts';
import type { CopyFolder } from './files/copy-folder.ts';
import { diffCopy } from './files/diff-copy.ts';
import { patchFiles } from './files/patch.ts';
import { editText, readBytes, readText, removeEntry, writeText } from './files/text-files.ts';
import { listFolder, searchCopy } from './files/tree-operations.ts';
import type { LocalLimits } from './local-options.ts';
import type { Sandbox } from './sandbox/create-sandbox.ts';
import type { SandboxUser } from './sandbox/sandbox.ts';
import type { Keep, Workspace } from './workspace.ts';

export interface LocalWorkspaceParts {
  readonly taskId: string;
  readonly commit: string;
  /** Holds `files`, `git` and `staging`. */
  readonly copy: string;
  readonly user: SandboxUser;
  /** What the files take now. */
  readonly use: DiskUse;
  readonly limits: LocalLimits;
  readonly sandbox: Sandbox;
  readonly keep: Keep | undefined;
  readonly onClose: () => void;
}

const DEFAULT_TIMEOUT_MS = 120_000;
const MAX_TIMEOUT_MS = 3_600_000;
const MAX_COMMAND = 131_072;

export async function createLocalWorkspace(parts: LocalWorkspaceParts): Promise<Workspace> {
  const { taskId, commit, limits, user } = parts;
  const root = join(parts.copy, 'files');
  if (user) await changeOwner(root, user);
  const underway = new Set<Promise<unknown>>();
  let used = parts.use;
  const isOver = () => used.bytes > limits.copyBytes || used.entries > limits.entries;
  /** Measuring takes longer than many a program, so nobody waits for it but who wants to know. */
  let measured: Promise<void> = Promise.resolve();
  const measure = () => {
    measured = measured.then(async () => {
      used = await diskUse(root);
      await writeFile(join(parts.copy, 'bytes'), String(used.bytes));
    });
    const settled = measured.catch(() => {}).finally(() => underway.delete(settled));
    underway.add(settled);
    return measured;
  };
  const copy: CopyFolder = {
    root, staging: join(parts.copy, 'staging'), owner: user, maxFileBytes: limits.fileBytes,
    reserve(bytes) {
      if (used.bytes + bytes > limits.copyBytes) throw new AiosError('workspace_too_large', `The working copy has no room for ${bytes.toLocaleString('en')} bytes more: it may take ${inMebibytes(limits.copyBytes)}.`);
      used = { ...used, bytes: used.bytes + bytes };
    },
  };
  const closing = new AbortController();
  let closed: Promise<void> | null = null;

  /** Refuses once the copy is being removed; what began before is waited for. */
  const during = <T>(work: () => Promise<T>): Promise<T> => {
    if (closed) return Promise.reject(new AiosError('workspace_closed', 'The working copy was removed, because its task ended.'));
    const running = work();
    const settled = running.then(() => {}, () => {}).finally(() => underway.delete(settled));
    underway.add(settled);
    return running;
  };

  return {
    taskId,
    commit,
    read: (path, range) => during(() => readText(copy, path, range)),
    list: (path = '', options = {}) => during(() => listFolder(copy, path, options)),
    search: (query) => during(() => searchCopy(copy, query)),
    edit: (path, edit) => during(() => editText(copy, path, edit)),
    write: (path, content) => during(() => writeText(copy, path, content)),
    remove: (path) => during(async () => {
      await removeEntry(copy, path);
      await measured;
      if (isOver()) await measure();
    }),
    applyPatch: (patch) => during(() => patchFiles(copy, patch)),
    diff: (options = {}) => during(() => diffCopy({ copy, git: join(parts.copy, 'git'), index: join(parts.copy, 'git/index'), commit }, options)),
    run: (command, { timeoutMs = DEFAULT_TIMEOUT_MS, folder = '', signal } = {}) => during(async () => {
      checkCommand(command, timeoutMs);
      await measured;
      if (isOver()) throw new AiosError('workspace_too_large', `The working copy has grown over its limit of ${inMebibytes(limits.copyBytes)} or ${limits.entries.toLocaleString('en')} files. Remove some before a program is run again.`);
      const inside = await atPlace(root, folder, async (place) => {
        if (place.stats === undefined) throw missing(folder);
        if (!place.stats.isDirectory()) throw refused(folder, 'is no folder');
        return place.path;
      });
      try {
        return await parts.sandbox.run({
          command, root, folder: inside, user, timeoutMs, used, maxBytes: limits.copyBytes, maxEntries: limits.entries,
          signal: signal ? AbortSignal.any([signal, closing.signal]) : closing.signal,
        });
      } finally {
        measure().catch(() => { /* Told to who asks next. */ });
      }
    }),
    keep: (path, name = path) => during(async () => {
      if (!parts.keep) throw new AiosError('internal', 'No place for results was given to the workspaces. Please report it.');
      await parts.keep(taskId, name, await readBytes(copy, path));
    }),
    close() {
      closed ??= (async () => {
        closing.abort(new AiosError('workspace_closed', 'The program was stopped, because its task ended.'));
        while (underway.size > 0) await Promise.all(underway);
        await removeTree(parts.copy);
        parts.onClose();
      })();
      return closed;
    },
  };
}

const inMebibytes = (bytes: number) => `${Math.round(bytes / 1_048_576).toLocaleString('en')} MiB`;

function checkCommand(command: readonly string[], timeoutMs: number): void {
  const invalid = (message: string) => new AiosError('invalid_request', message);
  if (command.length === 0 || command[0] === '') throw invalid('A command is a program and its arguments, as a list.');
  if (command.some((part) => part.includes('\0'))) throw invalid('A command must not hold a NUL character.');
  if (command.reduce((sum, part) => sum + Buffer.byteLength(part) + 1, 0) > MAX_COMMAND) throw invalid(`A command may have ${MAX_COMMAND.toLocaleString('en')} bytes. Put longer input into a file.`);
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) throw invalid(`A time limit is between 1 and ${MAX_TIMEOUT_MS.toLocaleString('en')} ms.`);
}
