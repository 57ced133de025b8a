import { createHash, randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AiosError } from '../../errors.ts';
import { diskUse, removeTree } from '../disk.ts';
import { tryLock, waitForLock } from '../host-lock.ts';
import { fetchFailure, gitSaid } from './fetch-failure.ts';
import { gitEnvironment, type Credential } from './git-environment.ts';
import { runGit, type GitAnswer } from './run-git.ts';

export interface MirrorOptions {
  /** Holds a bare repository and a lock file for each address. */
  readonly folder: string;
  readonly protocols: readonly string[];
  readonly network?: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

export interface FetchRequest {
  readonly repository: URL;
  readonly revision: string;
  readonly credential: Credential | null;
  /** Its git is known by it if it outlives the runtime. */
  readonly owner: string;
  readonly signal?: AbortSignal;
}

const FULL_SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Files are taken as the commit has them: no conversion, no filter, whatever the repository's own attributes say. */
const ATTRIBUTES = '* -text !eol !filter !ident !working-tree-encoding\n';

/** Bare copies of repositories, shallow: each holds the commits that were asked for, not their history. */
export function createMirrors(options: MirrorOptions) {
  const environmentOf = (request: FetchRequest) =>
    gitEnvironment({ protocols: options.protocols, network: options.network, credential: request.credential, owner: request.owner }, request.repository);

  const git = (mirror: string, request: FetchRequest, ...command: string[]) => runGit({
    arguments: [`--git-dir=${mirror}`, ...command],
    environment: environmentOf(request),
    timeoutMs: options.timeoutMs,
    signal: request.signal,
    watch: () => overLimit(mirror, request),
  });

  const overLimit = async (mirror: string, request: FetchRequest) =>
    ((await diskUse(mirror)).bytes > options.maxBytes ? tooLarge(request, options.maxBytes) : null);

  async function has(mirror: string, request: FetchRequest, revision: string): Promise<string | null> {
    const answer = await git(mirror, request, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`);
    const sha = answer.stdout.toString().trim();
    return answer.exitCode === 0 && FULL_SHA.test(sha) ? sha : null;
  }

  /** The commit's SHA, or what git answered when it failed for no known reason. */
  async function fetchCommit(mirror: string, request: FetchRequest): Promise<string | GitAnswer> {
    const { repository, revision } = request;
    if (FULL_SHA.test(revision) && await has(mirror, request, revision)) return revision;
    const kept = `refs/aios/${randomUUID()}`;
    const answer = await git(mirror, request, 'fetch', '--depth=1', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--quiet', '--force',
      '--end-of-options', repository.href, `${revision}:${kept}`);
    if (answer.exitCode !== 0) {
      const failure = fetchFailure(answer, {
        repository: repository.href, revision, authenticated: request.credential !== null, timeoutMs: options.timeoutMs, secrets: secretsOf(request.credential),
      });
      if (failure) throw failure;
      return answer;
    }
    // A fetch may be over before it is looked at.
    const over = await overLimit(mirror, request);
    if (over) throw over;
    const sha = await has(mirror, request, kept);
    if (sha === null) throw new AiosError('commit_not_found', `${revision} in ${repository.href} is not a commit. Give a commit, or a branch or tag that names one.`);
    // The next fetch tells the server what is here by its refs, so one a commit is enough.
    await git(mirror, request, 'update-ref', `refs/aios/commits/${sha}`, sha);
    await git(mirror, request, 'update-ref', '-d', kept);
    return sha;
  }

  return {
    /**
     * Brings the commit into the mirror and into a bare repository of the caller's own, made at `target`, which shares the
     * mirror's packs by hard links and needs the mirror no more. A mirror that git can't read or that has grown too large is
     * made anew; so is one that proved to be broken when it was used (`anew`).
     */
    async fetchInto(target: string, request: FetchRequest, { anew = false } = {}): Promise<string> {
      const mirror = join(options.folder, `${nameOf(request)}.git`);
      await mkdir(options.folder, { recursive: true });
      const lock = await waitForLock(`${mirror}.lock`, request.signal);
      try {
        if (anew) await discard(mirror);
        for (;;) {
          const fresh = await prepare(mirror);
          try {
            const found = await fetchCommit(mirror, request);
            if (typeof found === 'string') {
              await linkPacks(mirror, target);
              await utimes(mirror, new Date(), new Date());
              return found;
            }
            if (fresh) throw unexplained(request, found);
          } catch (error) {
            const grown = error instanceof AiosError && error.code === 'workspace_too_large';
            if (fresh) await discard(mirror);
            if (fresh || !grown) throw error;
          }
          await discard(mirror);
        }
      } finally {
        lock.release();
      }
    },

    /** Removes mirrors that nobody is fetching into, the least recently used first, until `bytes` have been freed. */
    async drop(bytes: number): Promise<void> {
      const mirrors = await list(options.folder);
      let freed = 0;
      for (const { path, size } of mirrors.sort((one, other) => one.usedMs - other.usedMs)) {
        if (freed >= bytes) return;
        const lock = tryLock(`${path}.lock`);
        if (!lock) continue;
        try {
          await discard(path);
          freed += size;
        } finally {
          lock.release();
        }
      }
    },

    async bytes(): Promise<number> {
      return (await list(options.folder)).reduce((sum, { size }) => sum + size, 0);
    },
  };
}

export type Mirrors = ReturnType<typeof createMirrors>;

/** True: it was made just now. */
async function prepare(mirror: string): Promise<boolean> {
  const ready = await readFile(join(mirror, 'HEAD'), 'utf8').then(() => true, () => false);
  if (ready) return false;
  await removeTree(mirror);
  await makeBare(mirror);
  return true;
}

/** A bare repository, written by hand: `git init` would copy the host's templates. */
async function makeBare(folder: string): Promise<void> {
  for (const part of ['objects/pack', 'refs/heads', 'info']) await mkdir(join(folder, part), { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tlogAllRefUpdates = false\n');
  await writeFile(join(folder, 'info/attributes'), ATTRIBUTES);
  // Last: a folder without it is not ready.
  await writeFile(join(folder, 'HEAD'), 'ref: refs/heads/none\n');
}

async function linkPacks(mirror: string, target: string): Promise<void> {
  await makeBare(target);
  for (const name of await readdir(join(mirror, 'objects/pack'))) {
    if (!/^pack-.*\.(pack|idx|rev)$/.test(name)) continue;
    const [from, to] = [join(mirror, 'objects/pack', name), join(target, 'objects/pack', name)];
    await link(from, to).catch(() => copyFile(from, to));
  }
  await copyFile(join(mirror, 'shallow'), join(target, 'shallow')).catch(() => { /* It has all of its history. */ });
}

async function discard(mirror: string): Promise<void> {
  const aside = `${mirror}.${randomUUID()}.trash`;
  await rename(mirror, aside).catch(() => { /* It was never made. */ });
  await removeTree(aside);
}

async function list(folder: string) {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.git'));
  return Promise.all(names.map(async (name) => {
    const path = join(folder, name);
    return { path, size: (await diskUse(path)).bytes, usedMs: await stat(path).then(({ mtimeMs }) => mtimeMs, () => 0) };
  }));
}

/** Each credential has a mirror of its own: who may not read a repository gets nothing of it that another one has fetched. */
function nameOf({ repository, credential }: FetchRequest): string {
  return createHash('sha256').update(JSON.stringify([repository.href, credential?.username, credential?.password])).digest('hex').slice(0, 32);
}

const secretsOf = (credential: Credential | null) => (credential
  ? [credential.password, Buffer.from(`${credential.username}:${credential.password}`).toString('base64')]
  : []);

const unexplained = (request: FetchRequest, answer: GitAnswer) => new AiosError('repository_unavailable',
  `${request.repository.href} could not be fetched: ${gitSaid(answer.stderr, secretsOf(request.credential))}. The runtime tries again by itself.`);

const tooLarge = (request: FetchRequest, maxBytes: number) => new AiosError('workspace_too_large',
  `${request.repository.href} is larger than the ${Math.round(maxBytes / 1_048_576)} MiB that a mirror may have. Raise the limit, or leave this repository out.`);
