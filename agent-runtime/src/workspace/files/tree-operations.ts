import { AiosError } from '../../errors.ts';
import type { Listing, ListOptions, SearchQuery, SearchResult } from '../workspace.ts';
import { atPlace, missing, refused } from './confined-folder.ts';
import type { CopyFolder } from './copy-folder.ts';
import { runTreeJob } from './run-tree-job.ts';

const MAX_ENTRIES = 2_000;
const MAX_LIST_DEPTH = 20;
const MAX_MATCHES = 1_000;
const DEFAULT_MATCHES = 200;
const LIST_TIMEOUT_MS = 20_000;
const SEARCH_TIMEOUT_MS = 10_000;
const MAX_PATTERN = 1_000;
/** Larger files are passed over: they are rarely what somebody wrote. */
const MAX_SEARCHED_FILE = 2_097_152;

export const listFolder = (copy: CopyFolder, path: string, { depth = 1 }: ListOptions): Promise<Listing> => atPlace(copy.root, path, async (place) => {
  if (place.stats === undefined) throw missing(path);
  if (!place.stats.isDirectory()) throw refused(path, 'is no folder');
  const { answer } = await runTreeJob({
    kind: 'list', folder: `/proc/self/fd/${place.handle!.fd}`, prefix: place.path, depth: Math.min(Math.max(depth, 1), MAX_LIST_DEPTH), limit: MAX_ENTRIES,
  }, LIST_TIMEOUT_MS);
  return answer ?? { entries: [], cut: true };
});

export async function searchCopy(copy: CopyFolder, query: SearchQuery): Promise<SearchResult> {
  const { pattern, regex = false, ignoreCase = false, path = '', glob = null } = query;
  if (pattern === '' || pattern.length > MAX_PATTERN || pattern.includes('\n')) {
    throw new AiosError('invalid_request', `A search pattern is one line of 1 to ${MAX_PATTERN} characters.`);
  }
  if (regex) mustCompile(pattern);
  return atPlace(copy.root, path, async (place) => {
    if (place.stats === undefined) throw missing(path);
    const isFolder = place.stats.isDirectory();
    const { answer, matches } = await runTreeJob({
      kind: 'search', folder: isFolder ? `/proc/self/fd/${place.handle!.fd}` : place.folder, prefix: place.path, only: isFolder ? null : place.name,
      pattern, regex, ignoreCase, glob, limit: Math.min(Math.max(query.limit ?? DEFAULT_MATCHES, 1), MAX_MATCHES), maxFileBytes: MAX_SEARCHED_FILE,
    }, SEARCH_TIMEOUT_MS);
    const reason = answer === null ? 'time' : answer.cut;
    return reason === null ? { matches, cut: false } : { matches, cut: true, reason };
  });
}

function mustCompile(pattern: string): void {
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    throw new AiosError('invalid_request', `The pattern is no regular expression of JavaScript: ${(error as Error).message}.`);
  }
}
