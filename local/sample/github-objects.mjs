import { SAMPLE } from './repository.mjs';
import { linesOf } from './change.mjs';

/** @typedef {{ web: string, api: string }} Addresses of the sample server: its pages, and its API */

const CREATED = '2025-01-15T10:00:00Z';
const FULL_NAME = `${SAMPLE.owner}/${SAMPLE.repository}`;
/** @param {number} number @param {string} kind */
const nodeId = (number, kind) => Buffer.from(`${kind}${number}`).toString('base64');
/** @param {string} href */
const link = (href) => ({ href });

/** @param {Addresses} at @param {string} login @param {number} id @param {'User' | 'Organization' | 'Bot'} [type] */
export function user(at, login, id, type = 'User') {
  const url = `${at.api}/users/${login}`;
  return {
    login, id, node_id: nodeId(id, 'User'), avatar_url: `${at.web}/favicon.ico`, gravatar_id: '', url, html_url: `${at.web}/${login}`,
    followers_url: `${url}/followers`, following_url: `${url}/following{/other_user}`, gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`, subscriptions_url: `${url}/subscriptions`, organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`, events_url: `${url}/events{/privacy}`, received_events_url: `${url}/received_events`, type, site_admin: false,
  };
}

/** @param {Addresses} at */
export const author = (at) => user(at, 'sam-sample', 2);
/** Whoever posts without a token. @param {Addresses} at */
export const reviewer = (at) => user(at, 'cto-agent', 3, 'Bot');

const REPOSITORY_LINKS = [
  'archive/{archive_format}{/ref}', 'assignees{/user}', 'blobs{/sha}', 'branches{/branch}', 'collaborators{/collaborator}', 'comments{/number}',
  'commits{/sha}', 'compare/{base}...{head}', 'contents/{+path}', 'contributors', 'deployments', 'downloads', 'events', 'forks', 'git_commits{/sha}',
  'git_refs{/sha}', 'git_tags{/sha}', 'hooks', 'issue_comment{/number}', 'issue_events{/number}', 'issues{/number}', 'keys{/key_id}', 'labels{/name}',
  'languages', 'merges', 'milestones{/number}', 'notifications{?since,all,participating}', 'pulls{/number}', 'releases{/id}', 'stargazers',
  'statuses/{sha}', 'subscribers', 'subscription', 'tags', 'teams', 'trees{/sha}',
];

/** @param {Addresses} at */
export function repository(at) {
  const url = `${at.api}/repos/${FULL_NAME}`;
  const page = `${at.web}/${FULL_NAME}`;
  return {
    id: 1, node_id: nodeId(1, 'Repository'), name: SAMPLE.repository, full_name: FULL_NAME, private: false, owner: user(at, SAMPLE.owner, 1, 'Organization'),
    html_url: page, description: 'A small shop with a pull request to review.', fork: false, url,
    ...Object.fromEntries(REPOSITORY_LINKS.map((rest) => [`${/^\w+/.exec(rest)?.[0]}_url`, `${url}/${rest}`])),
    git_url: page, ssh_url: page, clone_url: page, svn_url: page, mirror_url: null, homepage: null, language: 'TypeScript', license: null,
    forks: 0, forks_count: 0, stargazers_count: 0, watchers: 0, watchers_count: 0, network_count: 0, subscribers_count: 0, size: 8,
    default_branch: SAMPLE.base, open_issues: 1, open_issues_count: 1, is_template: false, topics: [], visibility: 'public',
    has_issues: true, has_projects: false, has_wiki: false, has_pages: false, has_downloads: false, has_discussions: false,
    archived: false, disabled: false, pushed_at: CREATED, created_at: CREATED, updated_at: CREATED,
  };
}

/** @param {Addresses} at @param {{ headSha: string, baseSha: string, files: import('./change.mjs').ChangedFile[] }} change @param {number} reviewComments */
export function pullRequest(at, change, reviewComments) {
  const url = `${at.api}/repos/${FULL_NAME}/pulls/${SAMPLE.number}`;
  const issue = `${at.api}/repos/${FULL_NAME}/issues/${SAMPLE.number}`;
  const page = `${at.web}/${FULL_NAME}/pull/${SAMPLE.number}`;
  const statuses = `${at.api}/repos/${FULL_NAME}/statuses/${change.headSha}`;
  /** @param {string} ref @param {string} sha */
  const side = (ref, sha) => ({ label: `${SAMPLE.owner}:${ref}`, ref, sha, user: user(at, SAMPLE.owner, 1, 'Organization'), repo: repository(at) });
  return {
    url, id: 1, node_id: nodeId(1, 'PullRequest'), html_url: page, diff_url: `${page}.diff`, patch_url: `${page}.patch`, issue_url: issue,
    commits_url: `${url}/commits`, review_comments_url: `${url}/comments`, review_comment_url: `${url}/comments{/number}`,
    comments_url: `${issue}/comments`, statuses_url: statuses, number: SAMPLE.number, state: 'open', locked: false, title: SAMPLE.title,
    user: author(at), body: SAMPLE.body, labels: [], milestone: null, assignee: null, assignees: [], requested_reviewers: [], requested_teams: [],
    created_at: CREATED, updated_at: CREATED, closed_at: null, merged_at: null, merge_commit_sha: null, draft: false,
    head: side(SAMPLE.head, change.headSha), base: side(SAMPLE.base, change.baseSha),
    _links: {
      self: link(url), html: link(page), issue: link(issue), comments: link(`${issue}/comments`), review_comments: link(`${url}/comments`),
      review_comment: link(`${url}/comments{/number}`), commits: link(`${url}/commits`), statuses: link(statuses),
    },
    author_association: 'MEMBER', auto_merge: null, merged: false, mergeable: true, rebaseable: true, mergeable_state: 'clean', merged_by: null,
    comments: 0, review_comments: reviewComments, maintainer_can_modify: false, commits: 1,
    additions: change.files.reduce((sum, file) => sum + file.additions, 0), deletions: change.files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: change.files.length,
  };
}

/** @param {Addresses} at @param {string} headSha @param {import('./change.mjs').ChangedFile} file */
export const diffEntry = (at, headSha, file) => ({
  sha: file.blob, filename: file.path, status: file.status, additions: file.additions, deletions: file.deletions, changes: file.additions + file.deletions,
  blob_url: `${at.web}/${FULL_NAME}/blob/${headSha}/${file.path}`, raw_url: `${at.web}/${FULL_NAME}/raw/${headSha}/${file.path}`,
  contents_url: `${at.api}/repos/${FULL_NAME}/contents/${encodeURI(file.path)}?ref=${headSha}`,
  ...(file.patch === null ? {} : { patch: file.patch }), ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
});

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' };

/** @param {Addresses} at @param {import('./reviews.mjs').StoredReview} stored */
export function review(at, stored) {
  const pull = `${at.api}/repos/${FULL_NAME}/pulls/${SAMPLE.number}`;
  const page = `${at.web}/${FULL_NAME}/pull/${SAMPLE.number}#review-${stored.id}`;
  return {
    id: stored.id, node_id: nodeId(stored.id, 'PullRequestReview'), user: reviewer(at), body: stored.body, state: STATES[stored.event],
    html_url: page, pull_request_url: pull, author_association: 'NONE', _links: { html: link(page), pull_request: link(pull) },
    submitted_at: stored.at, commit_id: stored.commitId,
  };
}

/** @param {Addresses} at @param {import('./reviews.mjs').StoredReview} inReview @param {import('./reviews.mjs').StoredComment} comment @param {string} patch */
export function reviewComment(at, inReview, comment, patch) {
  const pull = `${at.api}/repos/${FULL_NAME}/pulls/${SAMPLE.number}`;
  const page = `${at.web}/${FULL_NAME}/pull/${SAMPLE.number}#comment-${comment.id}`;
  const url = `${at.api}/repos/${FULL_NAME}/pulls/comments/${comment.id}`;
  const lines = linesOf(patch);
  const position = Math.max(1, lines.findIndex((line) => (comment.side === 'LEFT' ? line.left : line.right) === comment.line));
  return {
    url, id: comment.id, node_id: nodeId(comment.id, 'PullRequestReviewComment'), pull_request_review_id: inReview.id,
    diff_hunk: lines.slice(0, position + 1).map((line) => line.text).join('\n'), path: comment.path, position, original_position: position,
    commit_id: inReview.commitId, original_commit_id: inReview.commitId, user: reviewer(at), body: comment.body, created_at: inReview.at, updated_at: inReview.at,
    html_url: page, pull_request_url: pull, author_association: 'NONE', _links: { self: link(url), html: link(page), pull_request: link(pull) },
    line: comment.line, original_line: comment.line, side: comment.side, start_line: comment.startLine, original_start_line: comment.startLine,
    start_side: comment.startLine === null ? null : comment.side, subject_type: 'line',
  };
}

/** @param {Addresses} at @param {string} path @param {string} ref @param {string} blob @param {Buffer} bytes */
export function contentFile(at, path, ref, blob, bytes) {
  const url = `${at.api}/repos/${FULL_NAME}/contents/${encodeURI(path)}?ref=${ref}`;
  const git = `${at.api}/repos/${FULL_NAME}/git/blobs/${blob}`;
  const page = `${at.web}/${FULL_NAME}/blob/${ref}/${path}`;
  return {
    type: 'file', encoding: 'base64', size: bytes.length, name: path.split('/').at(-1), path, content: bytes.toString('base64'), sha: blob,
    url, git_url: git, html_url: page, download_url: page, _links: { self: url, git, html: page },
  };
}

/** @param {Addresses} at @param {import('./reviews.mjs').StoredCheckRun} stored */
export function checkRun(at, stored) {
  const url = `${at.api}/repos/${FULL_NAME}/check-runs/${stored.id}`;
  const page = `${at.web}/${FULL_NAME}/pull/${SAMPLE.number}#check-${stored.id}`;
  return {
    id: stored.id, node_id: nodeId(stored.id, 'CheckRun'), head_sha: stored.headSha, external_id: stored.externalId, url, html_url: page, details_url: page,
    status: 'completed', conclusion: stored.conclusion, started_at: stored.at, completed_at: stored.at, name: stored.name, check_suite: { id: 1 }, app: null,
    pull_requests: [], output: { title: stored.title, summary: stored.summary, text: null, annotations_count: 0, annotations_url: `${url}/annotations` },
  };
}

/** What GitHub sends to a webhook when the pull request is opened. @param {Addresses} at @param {Parameters<typeof pullRequest>[1]} change */
export const openedPayload = (at, change) => ({
  action: 'opened', number: SAMPLE.number, pull_request: pullRequest(at, change, 0), repository: repository(at), sender: author(at),
});
