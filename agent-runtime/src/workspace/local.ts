import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AiosError } from '../errors.ts';
import { removeTree } from './disk.ts';
import { checkOut } from './git/check-out.ts';
import { createMirrors, type FetchRequest } from './git/mirror.ts';
import { waitForLock } from './host-lock.ts';
import { createLocalWorkspace } from './local-workspace.ts';
import { DEFAULT_LOCAL_LIMITS, DEFAULT_UIDS, type LocalWorkspacesOptions } from './local-options.ts';
import { becomeOwner, type Owner } from './owners.ts';
import { checkedRepository, checkedRevision } from './requested-repository.ts';
import { createSandbox, type Sandbox } from './sandbox/create-sandbox.ts';
import { DEFAULT_LIMITS, type SandboxUser } from './sandbox/sandbox.ts';
import type { Workspace, WorkspaceRequest, Workspaces } from './workspace.ts';

const SWEEP_EVERY_MS = 600_000;

/** Working copies in a folder of this host, made by git from shared mirrors; programs run in bubblewrap. */
export function createLocalWorkspaces(options: LocalWorkspacesOptions): Workspaces {
  const folder = resolve(options.folder);
  const [copies, owners] = [join(folder, 'copies'), join(folder, 'owners')];
  const limits = { ...DEFAULT_LOCAL_LIMITS, ...options.limits };
  const protocols = options.protocols ?? ['https'];
  const uids = options.sandbox?.uids ?? DEFAULT_UIDS;
  const mirrors = createMirrors({ folder: join(folder, 'mirrors'), protocols, network: options.network, maxBytes: limits.mirrorBytes, timeoutMs: limits.fetchTimeoutMs });
  const sandboxOf = (owner: Owner) => createSandbox({
    folder: owner.sandboxFolder, program: options.sandbox?.program ?? 'bwrap', user: userFor('trial', uids), limits: { ...DEFAULT_LIMITS, ...options.sandbox?.limits },
    readable: options.sandbox?.readable ?? [], programFolders: options.sandbox?.programFolders ?? [],
  });
  const open = new Set<Workspace>();
  let closed = false;
  let started: Promise<{ readonly owner: Owner; readonly sandbox: Sandbox }> | null = null;
  let sweeping: NodeJS.Timeout | undefined;

  const start = () => {
    started ??= startIn().catch((error: unknown) => {
      started = null;
      throw error;
    });
    return started;
  };

  async function makeFolders(): Promise<void> {
    if (process.platform !== 'linux') throw new AiosError('workspace_unavailable', 'Working copies need Linux. Run the runtime in a container or on a Linux host.');
    try {
      // Programs run as another user where the runtime is root: they pass these folders and see nothing in them.
      for (const path of [folder, copies]) {
        await mkdir(path, { recursive: true });
        await chmod(path, 0o711);
      }
      await mkdir(join(folder, 'mirrors'), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new AiosError('workspace_unavailable', `The folder of the workspaces, ${folder}, can't be used (${(error as NodeJS.ErrnoException).code ?? String(error)}). Give the runtime's user the right to write there.`, { cause: error });
    }
  }

  async function startIn() {
    await makeFolders();
    const owner = await becomeOwner(copies, owners);
    await owner.sweep();
    sweeping = setInterval(() => { owner.sweep().catch(() => { /* The next one tries again. */ }); }, SWEEP_EVERY_MS).unref();
    return { owner, sandbox: sandboxOf(owner) };
  }

  /** Fetches and checks out; a mirror that proves to be broken is made anew, once. */
  async function fill(copy: string, request: FetchRequest) {
    for (const anew of [false, true]) {
      const git = join(copy, 'git');
      const commit = await mirrors.fetchInto(git, request, { anew });
      const made = await checkOut({
        git, files: join(copy, 'files'), commit, limits, owner: request.owner, signal: request.signal, reserve: (bytes) => reserve(copy, bytes),
      }, anew);
      if (made) return { commit, use: made };
      await removeTree(git);
    }
    throw new AiosError('internal', 'A working copy was neither made nor refused. Please report it.');
  }

  /** Notes what a copy will take of the disk; mirrors make room for it. */
  async function reserve(copy: string, bytes: number): Promise<void> {
    const lock = await waitForLock(join(folder, 'room.lock'));
    try {
      const over = await bytesOfCopies(copies) + await mirrors.bytes() + bytes - limits.totalBytes;
      if (over > 0) await mirrors.drop(over);
      if (over > 0 && await bytesOfCopies(copies) + bytes > limits.totalBytes) {
        throw new AiosError('workspace_full', `There is no room for another working copy of ${mebibytes(bytes)}: all may take ${mebibytes(limits.totalBytes)}. The runtime tries again by itself; raise the limit if it lasts.`);
      }
      await writeFile(join(copy, 'bytes'), String(bytes));
    } finally {
      lock.release();
    }
  }

  return {
    async create({ taskId, repository, revision, signal }: WorkspaceRequest) {
      if (closed) throw new AiosError('shutting_down', 'The runtime is shutting down and makes no working copies.');
      const url = checkedRepository(repository, protocols);
      const checked = { repository: url, revision: checkedRevision(revision), credential: await options.credential?.(url) ?? null, signal };
      const { owner, sandbox } = await start();
      const request = { ...checked, owner: owner.sandboxFolder };
      const copy = owner.newCopy();
      const user = userFor(copy, uids);
      try {
        await mkdir(copy);
        await chmod(copy, 0o711);
        await mkdir(join(copy, 'staging'), { mode: 0o700 });
        await mkdir(join(copy, 'files'), { mode: 0o700 });
        const { commit, use } = await fill(copy, request);
        const workspace = await createLocalWorkspace({
          taskId, commit, copy, user, use, limits, sandbox, keep: options.keep, onClose: () => open.delete(workspace),
        });
        open.add(workspace);
        if (closed) {
          await workspace.close();
          throw new AiosError('shutting_down', 'The runtime is shutting down and makes no working copies.');
        }
        return workspace;
      } catch (error) {
        await removeTree(copy);
        throw error;
      }
    },
    async sweep() {
      const removed = await (await start()).owner.sweep();
      const over = await bytesOfCopies(copies) + await mirrors.bytes() - limits.totalBytes;
      if (over > 0) await mirrors.drop(over);
      return { removed };
    },
    async sandboxMissing() {
      return (await start()).sandbox.missing();
    },
    async close() {
      closed = true;
      clearInterval(sweeping);
      await Promise.all([...open].map((workspace) => workspace.close()));
      await (await started)?.owner.release();
      started = null;
    },
  };
}

/** Null: the runtime is no root, and programs run as its own user. */
function userFor(copy: string, { first, count }: typeof DEFAULT_UIDS): SandboxUser {
  if (process.getuid?.() !== 0) return null;
  const uid = first + createHash('sha256').update(copy).digest().readUInt32LE() % count;
  return { uid, gid: uid };
}

async function bytesOfCopies(copies: string): Promise<number> {
  const sizes = (await readdir(copies)).map((name) => readFile(join(copies, name, 'bytes'), 'utf8').then(Number, () => 0));
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}

const mebibytes = (bytes: number) => `${Math.ceil(bytes / 1_048_576).toLocaleString('en')} MiB`;
