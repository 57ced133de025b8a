import type { Octokit } from '@octokit/rest';
import type { PullRequestReference } from '../../contract/review.ts';
import { AiosError } from '../../errors.ts';
import { decodeText } from './decode-text.ts';
import type { GitHub, NewReviewComment, PostedReviewReference, PullRequestFile, ReviewComment } from './github.ts';
import { createOctokit } from './octokit-client.ts';
import type { GitHubOptions } from './octokit-client.ts';

const PAGE_SIZE = 100;
/** What git names every empty file by. */
const EMPTY_BLOB = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

/** GitHub's REST API through Octokit, which is loaded on the first call. */
export function createGitHub(options: GitHubOptions): GitHub {
  let client: Promise<Octokit> | undefined;
  let author: Promise<Author> | undefined;

  const octokit = (): Promise<Octokit> => {
    client ??= createOctokit(options);
    return client;
  };
  const authorOf = (rest: Octokit, signal: AbortSignal): Promise<Author> => {
    // Shared by all callers, so it is not bound to the signal of the one that came first.
    author ??= readAuthor(rest, options.token).catch((error: unknown) => {
      author = undefined;
      throw error;
    });
    return unlessAborted(author, signal);
  };

  return {
    async readPullRequest(reference, signal) {
      const { data } = await (await octokit()).rest.pulls.get({ ...pullOf(reference), request: { signal } });
      return {
        // GitHub ignores case and follows renames; its own spelling is the identity.
        owner: data.base.repo.owner.login,
        repository: data.base.repo.name,
        number: data.number,
        title: data.title,
        body: data.body ?? '',
        author: data.user?.login ?? 'ghost',
        url: data.html_url,
        state: data.state,
        draft: data.draft ?? false,
        headSha: data.head.sha,
        baseSha: data.base.sha,
        baseRef: data.base.ref,
        defaultBranch: data.base.repo.default_branch,
        // The description says it is always there; GitHub sends null once a fork is deleted.
        fromFork: (data.head.repo as { full_name: string } | null)?.full_name !== data.base.repo.full_name,
        changedFiles: data.changed_files,
      };
    },

    async listFiles(reference, signal) {
      const { rest } = await octokit();
      const files = await allPages((page) => rest.pulls.listFiles({ ...pullOf(reference), ...page, request: { signal } }));
      return files.map((file): PullRequestFile => ({
        path: file.filename,
        previousPath: file.previous_filename ?? null,
        status: file.status,
        additions: file.additions,
        deletions: file.deletions,
        patch: file.patch ?? null,
        empty: file.sha === EMPTY_BLOB,
      }));
    },

    async listReviewComments(reference, signal) {
      const { rest } = await octokit();
      const comments = await allPages((page) => rest.pulls.listReviewComments({ ...pullOf(reference), ...page, request: { signal } }));
      return comments.map((comment): ReviewComment => ({
        path: comment.path,
        line: comment.line ?? null,
        side: comment.side ?? 'RIGHT',
        body: comment.body,
        author: (comment.user as { login: string } | null)?.login ?? 'ghost',
      }));
    },

    async readFile({ owner, repository }, path, ref, signal) {
      const { rest } = await octokit();
      try {
        const { data } = await rest.repos.getContent({ owner, repo: repository, path, ref, request: { signal } });
        if (Array.isArray(data) || data.type !== 'file' || !('encoding' in data) || data.encoding !== 'base64') return null;
        return decodeText(Buffer.from(data.content, 'base64'));
      } catch (error) {
        if (error instanceof AiosError && (error.code === 'github_not_found' || /too large/i.test(error.message))) return null;
        throw error;
      }
    },

    async createReview(reference, review, signal) {
      const { data } = await (await octokit()).rest.pulls.createReview({
        ...pullOf(reference),
        commit_id: review.headSha,
        event: review.event,
        body: review.body,
        comments: review.comments.map(toComment),
        request: { signal },
      });
      return { reviewId: data.id, url: data.html_url };
    },

    async findReview(reference, marker, signal) {
      const client = await octokit();
      const isOurs = await authorOf(client, signal);
      const reviews = await allPages((page) => client.rest.pulls.listReviews({ ...pullOf(reference), ...page, request: { signal } }));
      const found = reviews.findLast((review) => review.body.includes(marker) && isOurs(review.user));
      return found === undefined ? null : { reviewId: found.id, url: found.html_url } satisfies PostedReviewReference;
    },

    async createCheckRun({ owner, repository }, run, signal) {
      const { data } = await (await octokit()).rest.checks.create({
        owner,
        repo: repository,
        head_sha: run.headSha,
        name: run.name,
        external_id: run.externalId,
        status: 'completed',
        conclusion: run.conclusion,
        output: { title: run.title, summary: run.summary },
        request: { signal },
      });
      return { url: data.html_url ?? data.url };
    },

    async findCheckRun({ owner, repository }, headSha, externalId, signal) {
      const { rest } = await octokit();
      const runs = await allPages(async (page) => {
        const { data, headers } = await rest.checks.listForRef({ owner, repo: repository, ref: headSha, filter: 'all', ...page, request: { signal } });
        return { data: data.check_runs, headers };
      });
      const found = runs.find((run) => run.external_id === externalId);
      return found === undefined ? null : { url: found.html_url ?? found.url };
    },
  };
}

type Author = (user: { readonly login: string; readonly type?: string } | null) => boolean;

/**
 * Whether a user is the one behind our token: another one's text could hold our marker too. The token of a GitHub App
 * may not ask who it is, so all that is known of it is that it writes as a bot.
 */
async function readAuthor({ rest }: Octokit, token: string | undefined): Promise<Author> {
  if (token === undefined) return () => true;
  try {
    const { data } = await rest.users.getAuthenticated();
    return (user) => user?.login === data.login;
  } catch (error) {
    if (error instanceof AiosError && error.code === 'github_forbidden') return (user) => user?.type === 'Bot';
    throw error;
  }
}

function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', abort));
}

function pullOf({ owner, repository, number }: PullRequestReference): { owner: string; repo: string; pull_number: number } {
  return { owner, repo: repository, pull_number: number };
}

function toComment({ path, body, line, side, startLine }: NewReviewComment) {
  const start = startLine === undefined || startLine === line ? {} : { start_line: startLine, start_side: side };
  return { path, body, line, side, ...start };
}

interface Page<Item> {
  readonly data: readonly Item[];
  readonly headers: { readonly link?: string };
}

async function allPages<Item>(read: (page: { page: number; per_page: number }) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for (let page = 1; ; page += 1) {
    const { data, headers } = await read({ page, per_page: PAGE_SIZE });
    items.push(...data);
    if (headers.link?.includes('rel="next"') !== true) return items;
  }
}
