import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { deflateSync } from 'node:zlib';
import type { ListEntry } from '../workspace.ts';
import type { ListJob, StoreJob, TreeAnswers, TreeJob, TreeMessage, UntrackedJob } from './tree-jobs.ts';
import { isUnreadable, linkTarget, readWalked, statWalked, walk } from './walk.ts';

/** Ends a walk early. */
const ENOUGH = Symbol('enough');
const MAX_IGNORE_FILE = 1_048_576;
const CHUNK = 1_048_576;

const post = (message: TreeMessage) => parentPort!.postMessage(message);

function list({ folder, prefix, depth, limit }: ListJob): TreeAnswers['list'] {
  const entries: ListEntry[] = [];
  const cut = untilEnough(() => walk(folder, prefix, {
    visit({ path, type, at }) {
      if (entries.length === limit) throw ENOUGH;
      if (type === 'link') entries.push({ path, type, target: linkTarget(at)?.toString() ?? '' });
      else entries.push(type === 'file' ? { path, type, bytes: statWalked(at)?.size ?? 0 } : { path, type });
    },
    enter: (_path, deep) => deep < depth,
  }));
  return { entries: entries.sort((one, other) => (one.path < other.path ? -1 : 1)), cut };
}

function untracked({ folder, tracked, ignoresFolder, limit }: UntrackedJob): TreeAnswers['untracked'] {
  const paths: string[] = [];
  const cut = untilEnough(() => walk(folder, '', {
    visit({ path, type, at }) {
      if (type === 'file' && /(?:^|\/)\.gitignore$/.test(path)) keepIgnoreFile(at, join(ignoresFolder, path));
      if ((type !== 'file' && type !== 'link') || tracked.has(path)) return;
      if (paths.length === limit) throw ENOUGH;
      paths.push(path);
    },
  }));
  return { paths, cut };
}

function keepIgnoreFile(at: string, to: string): void {
  const file = readWalked(at, MAX_IGNORE_FILE);
  if (file === null) return;
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, file.content);
}

function store({ folder, wanted, objectsFolder, maxFileBytes }: StoreJob): TreeAnswers['store'] {
  const folders = new Set<string>();
  for (const path of wanted.keys()) for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) folders.add(parent);
  const seen = new Set<string>();
  const answer: TreeAnswers['store'] = { changed: [], gone: [], skipped: [] };
  const closed: string[] = [];
  walk(folder, '', {
    visit({ path, type, at }) {
      const before = wanted.get(path);
      if (before === undefined || type === 'folder') return;
      seen.add(path);
      const now = type === 'link' ? linkBlob(at) : fileBlob(at, maxFileBytes);
      if (now === null) answer.skipped.push(path);
      else if (`${now.mode} ${now.sha}` !== before) {
        if (now.content === null) answer.skipped.push(path);
        else {
          writeObject(objectsFolder, now.sha, now.content);
          answer.changed.push({ path, mode: now.mode, sha: now.sha });
        }
      }
    },
    enter: (path) => folders.has(path),
    closed: (path) => closed.push(`${path}/`),
  });
  for (const [path, before] of wanted) {
    if (before === '' || seen.has(path)) continue;
    // What can't be looked at is not taken for gone.
    (closed.some((start) => path.startsWith(start)) ? answer.skipped : answer.gone).push(path);
  }
  return answer;
}

interface Blob {
  readonly mode: string;
  readonly sha: string;
  /** With git's header; null: too large to be stored. */
  readonly content: Buffer | null;
}

function linkBlob(at: string): Blob | null {
  const target = linkTarget(at);
  if (target === null) return null;
  const content = withHeader(target);
  return { mode: '120000', sha: sha1(content), content };
}

function fileBlob(at: string, maxFileBytes: number): Blob | null {
  const file = readWalked(at, maxFileBytes);
  if (file === null) return largeBlob(at);
  const content = withHeader(file.content);
  return { mode: modeOf(file.stats.mode), sha: sha1(content), content };
}

function largeBlob(at: string): Blob | null {
  const stats = statWalked(at);
  if (!stats?.isFile() || stats.nlink > 1) return null;
  let handle: number | null = null;
  try {
    handle = openSync(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const { size, mode } = fstatSync(handle);
    const hash = createHash('sha1').update(`blob ${size}\0`);
    const chunk = Buffer.allocUnsafe(CHUNK);
    for (let position = 0; position < size;) {
      const read = readSync(handle, chunk, 0, CHUNK, position);
      if (read === 0) break;
      hash.update(chunk.subarray(0, read));
      position += read;
    }
    return { mode: modeOf(mode), sha: hash.digest('hex'), content: null };
  } catch (error) {
    if (isUnreadable(error)) return null;
    throw error;
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

const modeOf = (mode: number) => ((mode & 0o100) === 0 ? '100644' : '100755');
const withHeader = (content: Buffer) => Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]);
const sha1 = (content: Buffer) => createHash('sha1').update(content).digest('hex');

function writeObject(folder: string, sha: string, content: Buffer): void {
  mkdirSync(join(folder, sha.slice(0, 2)), { recursive: true });
  try {
    writeFileSync(join(folder, sha.slice(0, 2), sha.slice(2)), deflateSync(content, { level: 1 }), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function untilEnough(work: () => void): boolean {
  try {
    work();
    return false;
  } catch (error) {
    if (error !== ENOUGH) throw error;
    return true;
  }
}

async function answerOf(job: TreeJob): Promise<unknown> {
  switch (job.kind) {
    case 'list': return list(job);
    case 'search': {
      // It brings globs, which only a search has.
      const { searchTree } = await import('./search-tree.ts');
      return searchTree(job, (matches) => post({ type: 'matches', matches }));
    }
    case 'untracked': return untracked(job);
    case 'store': return store(job);
  }
}

try {
  post({ type: 'done', answer: await answerOf(workerData as TreeJob) });
} catch (error) {
  post({ type: 'failed', code: (error as NodeJS.ErrnoException).code ?? '', message: (error as Error).message });
}
