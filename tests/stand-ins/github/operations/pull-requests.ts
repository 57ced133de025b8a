import { commentAnswer, pullRequestAnswer } from './answers.ts';
import { page, pullRequestIn, repositoryIn } from './operation.ts';
import type { PlayedOperation } from './operation.ts';
import { countsOf, shaOf } from '../state.ts';

/** GitHub lists no more files of a pull request than this. */
const MOST_FILES = 3_000;

const needs = { permission: 'pull_requests', level: 'read', scope: 'repo' } as const;

export const PULL_REQUEST_OPERATIONS: Readonly<Record<string, PlayedOperation>> = {
  'pulls/get': {
    needs,
    handle(call) {
      const { repository, pull } = pullRequestIn(call);
      return { status: 200, body: pullRequestAnswer(repository, pull) };
    },
  },
  'pulls/list': {
    needs,
    handle(call) {
      const repository = repositoryIn(call);
      const state = call.query.get('state') ?? 'open';
      const pulls = [...repository.pullRequests.values()].filter((pull) => state === 'all' || pull.state === state);
      const { items, headers } = page(call, pulls);
      return { status: 200, headers, body: items.map((pull) => pullRequestAnswer(repository, pull)) };
    },
  },
  'pulls/list-files': {
    needs,
    handle(call) {
      const { repository, pull } = pullRequestIn(call);
      const { items, headers } = page(call, (pull.diffs.get(pull.headSha) ?? []).slice(0, MOST_FILES));
      const web = `https://github.com/${repository.owner}/${repository.name}`;
      return {
        status: 200,
        headers,
        body: items.map((file) => ({
          sha: shaOf(`${pull.headSha}:${file.path}`), filename: file.path, status: file.status, ...countsOf(file),
          changes: countsOf(file).additions + countsOf(file).deletions,
          previous_filename: file.previousPath, patch: file.patch ?? undefined,
          blob_url: `${web}/blob/${pull.headSha}/${encodeURIComponent(file.path)}`,
          raw_url: `${web}/raw/${pull.headSha}/${encodeURIComponent(file.path)}`,
          contents_url: `https://api.github.com/repos/${repository.owner}/${repository.name}/contents/${encodeURIComponent(file.path)}?ref=${pull.headSha}`,
        })),
      };
    },
  },
  'pulls/list-review-comments': {
    needs,
    handle(call) {
      const { repository, pull } = pullRequestIn(call);
      const { items, headers } = page(call, pull.comments);
      return { status: 200, headers, body: items.map((comment) => commentAnswer(repository, pull, comment)) };
    },
  },
};
