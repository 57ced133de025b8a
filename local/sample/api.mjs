import { git } from './git.mjs';
import { checkRun, contentFile, diffEntry, pullRequest, repository, review, reviewComment, reviewer } from './github-objects.mjs';
import { SAMPLE } from './repository.mjs';
import { Unprocessable } from './reviews.mjs';

const DOCUMENTATION = 'https://docs.github.com/rest';

/** @param {number} status @param {string} message @param {unknown[]} [errors] */
const refusal = (status, message, errors) => ({ status, body: { message, documentation_url: DOCUMENTATION, status: String(status), ...(errors ? { errors } : {}) } });

/**
 * The part of GitHub's REST API a review needs, for the one sample pull request.
 * @param {{ folder: string, at: import('./github-objects.mjs').Addresses, change: () => ReturnType<typeof import('./change.mjs').readChange>, store: import('./reviews.mjs').ReviewStore }} options
 */
export function createApi({ folder, at, change, store }) {
  const comments = () => store.reviews().flatMap((stored) => stored.comments.map((comment) => {
    const patch = change().files.find((file) => file.path === comment.path)?.patch ?? '';
    return { reviewId: stored.id, json: reviewComment(at, stored, comment, patch) };
  }));

  /** @param {string} path @param {string} ref */
  const contents = (path, ref) => {
    // A ref or path that begins with a dash would be read as an option.
    if (/^-|[\0:]/.test(ref) || path === '' || path.includes('\0')) return null;
    try {
      const blob = git(folder, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}:${path}`).trim();
      if (git(folder, 'cat-file', '-t', blob).trim() !== 'blob') return null;
      return { status: 200, body: contentFile(at, path, ref, blob, Buffer.from(git(folder, 'cat-file', 'blob', blob))) };
    } catch {
      return null;
    }
  };

  const pull = `pulls/${SAMPLE.number}`;
  /** @type {[method: string, path: RegExp, answer: (match: RegExpExecArray, url: URL, body: any) => { status: number, body: unknown } | null][]} */
  const routes = [
    ['GET', /^$/, () => ({ status: 200, body: repository(at) })],
    ['GET', new RegExp(`^${pull}$`), () => ({ status: 200, body: pullRequest(at, change(), comments().length) })],
    ['GET', new RegExp(`^${pull}/files$`), () => ({ status: 200, body: change().files.map((file) => diffEntry(at, change().headSha, file)) })],
    ['GET', new RegExp(`^${pull}/comments$`), () => ({ status: 200, body: comments().map(({ json }) => json) })],
    ['GET', new RegExp(`^${pull}/reviews$`), () => ({ status: 200, body: store.reviews().map((stored) => review(at, stored)) })],
    ['POST', new RegExp(`^${pull}/reviews$`), (_match, _url, body) => ({ status: 200, body: review(at, store.addReview(body, change())) })],
    ['GET', new RegExp(`^${pull}/reviews/(\\d+)$`), ([, id]) => {
      const stored = store.reviews().find((entry) => entry.id === Number(id));
      return stored ? { status: 200, body: review(at, stored) } : null;
    }],
    ['GET', new RegExp(`^${pull}/reviews/(\\d+)/comments$`), ([, id]) =>
      ({ status: 200, body: comments().filter(({ reviewId }) => reviewId === Number(id)).map(({ json }) => json) })],
    ['GET', /^contents\/(.+)$/, ([, path = ''], url) => contents(decodeURIComponent(path), url.searchParams.get('ref') ?? SAMPLE.base)],
    ['POST', /^check-runs$/, (_match, _url, body) => ({ status: 201, body: checkRun(at, store.addCheckRun(body)) })],
    ['GET', /^commits\/([^/]+)\/check-runs$/, ([, ref], url) => {
      const name = url.searchParams.get('check_name');
      const runs = store.checkRuns().filter((run) => run.headSha === ref && (name === null || run.name === name));
      return { status: 200, body: { total_count: runs.length, check_runs: runs.map((run) => checkRun(at, run)) } };
    }],
  ];

  /**
   * @param {string} method
   * @param {string} path below the API's address, without a leading slash
   * @param {URL} url
   * @param {any} body
   * @returns {{ status: number, body: any }}
   */
  return (method, path, url, body) => {
    if (method === 'GET' && path === 'user') return { status: 200, body: publicUser(at) };
    const prefix = `repos/${SAMPLE.owner}/${SAMPLE.repository}`;
    if (path !== prefix && !path.startsWith(`${prefix}/`)) return refusal(404, 'Not Found');
    const rest = path.slice(prefix.length + 1);
    for (const [wanted, pattern, answer] of routes) {
      const match = wanted === method ? pattern.exec(rest) : null;
      if (!match) continue;
      try {
        const found = answer(match, url, body) ?? refusal(404, 'Not Found');
        return { status: found.status, body: Array.isArray(found.body) ? page(found.body, url) : found.body };
      } catch (error) {
        if (error instanceof Unprocessable) return refusal(422, 'Unprocessable Entity', [error.message]);
        throw error;
      }
    }
    return refusal(404, 'Not Found');
  };
}

/** @param {unknown[]} list @param {URL} url */
function page(list, url) {
  const size = Math.min(100, Number(url.searchParams.get('per_page')) || 30);
  const number = Math.max(1, Number(url.searchParams.get('page')) || 1);
  return list.slice((number - 1) * size, number * size);
}

/** @param {import('./github-objects.mjs').Addresses} at */
const publicUser = (at) => ({
  ...reviewer(at), name: 'CTO Agent', company: null, blog: null, location: null, email: null, hireable: null, bio: null,
  public_repos: 0, public_gists: 0, followers: 0, following: 0, created_at: '2025-01-15T10:00:00Z', updated_at: '2025-01-15T10:00:00Z',
});
