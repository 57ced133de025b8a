import type { Answer, RecordedRequest, Violation } from '../http/http-exchange.ts';
import type { GitHubContract, Operation } from './github-contract.ts';
import { Refusal } from './operations/operation.ts';
import type { PlayedOperation } from './operations/operation.ts';
import type { GitHubState, TokenState } from './state.ts';

export interface Playing {
  readonly contract: GitHubContract;
  readonly operations: Readonly<Record<string, PlayedOperation>>;
  readonly state: GitHubState;
  readonly violations: Violation[];
  /** Address of the stand-in. */
  readonly url: string;
}

/** Checks a request against GitHub's description, plays it, and checks the answer likewise. */
export function answerRequest(playing: Playing, request: RecordedRequest): Answer {
  try {
    return play(playing, request);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function play(playing: Playing, request: RecordedRequest): Answer {
  const { state, violations } = playing;
  const name = `${request.method} ${request.path}`;
  const violate = (status: number, problem: string): never => {
    violations.push({ request: name, problem });
    throw new Refusal(status, `Violation of GitHub's contract: ${problem}`);
  };
  if (request.headers['user-agent'] === undefined) throw new Refusal(403, 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header');
  const account = accountOf(state, request);
  const operation = playing.contract.match(request.method, request.path) ?? violate(404, 'GitHub has no such operation');
  const played = playing.operations[operation.id] ?? violate(501, `the stand-in does not play ${operation.id}`);
  const body = parseBody(request, violate);
  const problems = operation.checkRequest(request.query, body);
  if (problems.length > 0) violate(422, problems.join('; '));

  const rights = checkRights(account, operation, played, request.method);
  const answer = played.handle({ state, url: `${playing.url}${request.path}`, path: operation.path, query: request.query, body, account });
  const filled = operation.fill(answer.status, answer.body);
  const lies = operation.checkAnswer(answer.status, filled);
  if (lies.length > 0) violate(500, `the stand-in's answer is not GitHub's: ${lies.join('; ')}`);
  return { ...answer, body: filled, headers: { ...rights, ...rateHeaders(), ...answer.headers } };
}

function accountOf(state: GitHubState, request: RecordedRequest): TokenState | null {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const account = state.tokens.get(header.replace(/^(?:token|bearer)\s+/i, ''));
  if (account === undefined) throw new Refusal(401, 'Bad credentials');
  return account;
}

function parseBody(request: RecordedRequest, violate: (status: number, problem: string) => never): unknown {
  if (request.text === '') return undefined;
  try {
    return JSON.parse(request.text);
  } catch {
    return violate(400, 'Problems parsing JSON');
  }
}

/** Throws what GitHub answers when the token lacks a right; else the headers that name it. */
function checkRights(account: TokenState | null, operation: Operation, { needs }: PlayedOperation, method: string): Record<string, string> {
  if (needs === undefined) return {};
  if (account === null) {
    if (method !== 'GET') throw new Refusal(401, 'Requires authentication');
    return {};
  }
  const classic = account.kind === 'classic';
  const scopes = account.scopes ?? ['repo', 'admin:repo_hook'];
  const headers: Record<string, string> = classic
    ? { 'x-oauth-scopes': scopes.join(', '), 'x-accepted-oauth-scopes': needs.scope }
    : { 'x-accepted-github-permissions': `${needs.permission}=${needs.level}` };
  const granted = account.permissions?.[needs.permission];
  const allowed = classic ? scopes.includes(needs.scope)
    : account.permissions === undefined || granted === 'write' || granted === needs.level;
  if (allowed) return headers;
  const kind = account.kind === 'app' ? 'integration' : 'personal access token';
  const { answer } = classic ? new Refusal(404, 'Not Found') : new Refusal(403, `Resource not accessible by ${kind}`);
  throw Object.assign(new Refusal(answer.status, operation.id), { answer: { ...answer, headers } });
}

function rateHeaders(): Record<string, string> {
  return {
    'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999', 'x-ratelimit-used': '1', 'x-ratelimit-resource': 'core',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
  };
}
