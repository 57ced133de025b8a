import { idOf } from '../state.ts';
import type { CommentState, PullRequestState, RepositoryState, ReviewState } from '../state.ts';

export function userAnswer(login: string): Record<string, unknown> {
  const name = encodeURIComponent(login);
  const api = `https://api.github.com/users/${name}`;
  return {
    login, id: idOf(login), node_id: `U_${idOf(login)}`, type: login.endsWith('[bot]') ? 'Bot' : 'User',
    url: api, html_url: `https://github.com/${name}`, avatar_url: `https://avatars.githubusercontent.com/u/${idOf(login)}`,
    followers_url: `${api}/followers`, following_url: `${api}/following{/other_user}`, repos_url: `${api}/repos`,
  };
}

export function repositoryAnswer(repository: RepositoryState): Record<string, unknown> {
  const fullName = `${repository.owner}/${repository.name}`;
  return {
    id: repository.id, node_id: `R_${repository.id}`, name: repository.name, full_name: fullName,
    owner: userAnswer(repository.owner), private: repository.private, default_branch: repository.defaultBranch,
    visibility: repository.private ? 'private' : 'public', fork: false,
    url: `https://api.github.com/repos/${fullName}`, html_url: `https://github.com/${fullName}`,
    clone_url: `https://github.com/${fullName}.git`, ssh_url: `git@github.com:${fullName}.git`,
  };
}

export function pullRequestAnswer(repository: RepositoryState, pull: PullRequestState): Record<string, unknown> {
  const fullName = `${repository.owner}/${repository.name}`;
  const html = `https://github.com/${fullName}/pull/${pull.number}`;
  const api = `https://api.github.com/repos/${fullName}/pulls/${pull.number}`;
  const [headOwner = repository.owner, headName = repository.name] = (pull.headRepository ?? '').split('/');
  const headRepository = pull.headRepository === null ? null
    : repositoryAnswer({ ...repository, id: idOf(pull.headRepository), owner: headOwner, name: headName });
  return {
    id: idOf(html), node_id: `PR_${idOf(html)}`, number: pull.number, state: pull.state, draft: pull.draft, locked: false,
    title: pull.title, body: pull.body, user: userAnswer(pull.author), url: api, html_url: html,
    diff_url: `${html}.diff`, patch_url: `${html}.patch`, changed_files: pull.changedFiles, merged: false, mergeable_state: 'clean',
    head: { label: `${headOwner}:${pull.headRef}`, ref: pull.headRef, sha: pull.headSha, user: userAnswer(headOwner), repo: headRepository },
    base: {
      label: `${repository.owner}:${pull.baseRef}`, ref: pull.baseRef, sha: pull.baseSha,
      user: userAnswer(repository.owner), repo: repositoryAnswer(repository),
    },
  };
}

export function reviewAnswer(review: ReviewState): Record<string, unknown> {
  const html = `https://github.com/${review.repository}/pull/${review.number}#pullrequestreview-${review.id}`;
  const pull = `https://api.github.com/repos/${review.repository}/pulls/${review.number}`;
  return {
    id: review.id, node_id: `PRR_${review.id}`, user: userAnswer(review.author), body: review.body, state: review.state,
    commit_id: review.commitId, html_url: html, pull_request_url: pull, author_association: 'MEMBER',
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: review.submittedAt ?? undefined,
  };
}

export function commentAnswer(repository: RepositoryState, pull: PullRequestState, comment: CommentState): Record<string, unknown> {
  const api = `https://api.github.com/repos/${repository.owner}/${repository.name}`;
  const html = `https://github.com/${repository.owner}/${repository.name}/pull/${pull.number}#discussion_r${comment.id}`;
  return {
    id: comment.id, node_id: `PRRC_${comment.id}`, pull_request_review_id: comment.reviewId, path: comment.path, body: comment.body,
    diff_hunk: '@@ -1 +1 @@', commit_id: comment.commitId, original_commit_id: comment.commitId, user: userAnswer(comment.author),
    url: `${api}/pulls/comments/${comment.id}`, html_url: html, pull_request_url: `${api}/pulls/${pull.number}`,
    author_association: 'MEMBER', side: comment.side, line: comment.line, start_line: comment.startLine,
    start_side: comment.startLine === undefined ? undefined : comment.side,
    _links: {
      self: { href: `${api}/pulls/comments/${comment.id}` }, html: { href: html },
      pull_request: { href: `${api}/pulls/${pull.number}` },
    },
  };
}
