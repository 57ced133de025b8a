import { AiosError } from '../../errors.ts';
import type { GitAnswer } from './run-git.ts';

export interface FetchSubject {
  /** Without user and password. */
  readonly repository: string;
  readonly revision: string;
  readonly authenticated: boolean;
  readonly timeoutMs: number;
  /** Replaced wherever git's words repeat them. */
  readonly secrets: readonly string[];
}

/** What a fetch that failed means; null: nothing known, as a broken mirror is. */
export function fetchFailure(answer: GitAnswer, subject: FetchSubject): AiosError | null {
  const said = gitSaid(answer.stderr, subject.secrets);
  const { repository, revision } = subject;
  const wrong = (code: 'repository_not_found' | 'repository_unauthorized' | 'commit_not_found' | 'repository_unavailable' | 'store_unavailable', message: string) =>
    new AiosError(code, message, { summary: `${code}: fetching a repository failed` });
  if (answer.timedOut) {
    return wrong('repository_unavailable', `${repository} was not fetched within ${subject.timeoutMs / 1_000} s. The runtime tries again by itself; raise the limit for a large repository.`);
  }
  if (/no space left|disk quota exceeded/i.test(said)) return wrong('store_unavailable', 'The disk of the workspaces is full. Free some space; the runtime tries again by itself.');
  if (/dubious ownership/i.test(said)) {
    return wrong('repository_unauthorized', `${repository} belongs to another user of this host, and git does not trust it. Make it the runtime's own (chown), or give its https address.`);
  }
  if (/couldn't find remote ref|not our ref|unadvertised object|no such remote ref|invalid refspec/i.test(said)) {
    return wrong('commit_not_found', `${repository} has no ${revision}. Give a full commit SHA, or a branch, tag or ref that exists there.`);
  }
  if (/terminal prompts disabled|authentication failed|could not read (username|password)|returned error: 401|invalid username or (password|token)/i.test(said)) {
    return subject.authenticated
      ? wrong('repository_unauthorized', `${repository} refused the configured token: it is wrong, expired or may not read this repository.`)
      : wrong('repository_unauthorized', `${repository} does not exist, or is private and needs a token. Check the address; if it is right, configure a token that may read it.`);
  }
  if (/returned error: 403|access denied|permission (to .* )?denied|forbidden/i.test(said)) {
    return wrong('repository_unauthorized', `${repository} may not be read with the configured token (${said}). Give the token access to the repository's contents.`);
  }
  if (/repository .*not found|returned error: (404|410|451)|does not appear to be a git repository|does not exist|not valid: is this a git repository/i.test(said)) {
    return wrong('repository_not_found', `${repository} does not exist, or the token may not see it. Check the address.`);
  }
  if (/returned error: 3\d\d|unable to update url base from redirection/i.test(said)) {
    return wrong('repository_not_found', `${repository} points elsewhere now (${said}). Give its present address.`);
  }
  if (/transport '.*' not allowed/i.test(said)) return wrong('repository_not_found', `${repository} has a protocol that is not allowed. Use https.`);
  if (/could not resolve|couldn't resolve|failed to connect|couldn't connect|connection (was )?(refused|reset|timed out)|timed out|timeout|network is unreachable|no route to host|early eof|hung up|curl \d+|rpc failed|returned error: (408|429|5\d\d)|ssl|gnutls|tls|operation too slow|unexpected disconnect|remote error|expected (flush|packet)|protocol error|empty reply/i.test(said)) {
    return wrong('repository_unavailable', `${repository} did not answer as it should (${said}). Check the network and the host; the runtime tries again by itself.`);
  }
  return null;
}

/** Git's last words on one line, without secrets. */
export function gitSaid(stderr: string, secrets: readonly string[]): string {
  const told = stderr.split('\n').map((line) => line.trim()).filter((line) => /^(fatal|error|remote):/.test(line)).join(' ') || stderr;
  let text = told.replaceAll(/\s+/g, ' ').trim();
  for (const secret of secrets) if (secret !== '') text = text.replaceAll(secret, '[secret]');
  return text.replaceAll(/\/\/[^/@\s]*@/g, '//').slice(0, 300);
}
