import { createFailures } from '../http/failures.ts';
import type { PlannedFailure } from '../http/failures.ts';
import { assertNone } from '../http/http-exchange.ts';
import type { Answer, RecordedRequest, Violation } from '../http/http-exchange.ts';
import { startHttpServer } from '../http/start-http-server.ts';
import { SLACK_METHODS } from './slack-methods.ts';
import type { SlackChannel, SlackMessageState, SlackState } from './slack-methods.ts';

export interface SlackToken {
  readonly token: string;
  /** Default `chat:write` and `channels:read`. */
  readonly scopes?: readonly string[];
}

export interface SlackStandInOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default one: `SLACK_TEST_TOKEN`. */
  readonly tokens?: readonly SlackToken[];
  /** Default `#reviews` (`C0REVIEWS1`), with the app in it. */
  readonly channels?: readonly SlackChannel[];
}

/** The token that the stand-in knows unless others are given. */
export const SLACK_TEST_TOKEN = 'xoxb-stand-in-token-that-is-no-secret';

const SCOPES = ['chat:write', 'channels:read'];

/** A Slack that lives in memory, speaks the Web API and checks arguments, scopes and Block Kit. */
export interface SlackStandIn {
  readonly url: string;
  /** `<url>/api/`. */
  readonly apiUrl: string;
  readonly token: string;
  readonly messages: readonly SlackMessageState[];
  readonly requests: readonly RecordedRequest[];
  readonly violations: readonly Violation[];
  fail(planned: PlannedFailure): void;
  assertNoViolations(): void;
  close(): Promise<void>;
}

export async function startSlackStandIn(options: SlackStandInOptions = {}): Promise<SlackStandIn> {
  const tokens = new Map((options.tokens ?? [{ token: SLACK_TEST_TOKEN }]).map((entry) => [entry.token, entry.scopes ?? SCOPES]));
  const state: SlackState = {
    channels: options.channels ?? [{ id: 'C0REVIEWS1', name: 'reviews', isMember: true }],
    messages: [],
  };
  const violations: Violation[] = [];
  const requests: RecordedRequest[] = [];
  const failures = createFailures();
  const server = await startHttpServer({
    port: options.port, failures, requests,
    handle: (request) => answer(request, { state, tokens, violations }),
  });
  return {
    url: server.url,
    apiUrl: `${server.url}/api/`,
    token: [...tokens.keys()][0] ?? '',
    messages: state.messages,
    requests,
    violations,
    fail: (planned) => failures.plan(planned),
    assertNoViolations: () => assertNone(violations, 'Slack'),
    close: () => server.close(),
  };
}

interface Playing {
  readonly state: SlackState;
  readonly tokens: ReadonlyMap<string, readonly string[]>;
  readonly violations: Violation[];
}

function answer(request: RecordedRequest, { state, tokens, violations }: Playing): Answer {
  const violate = (problem: string): void => { violations.push({ request: `${request.method} ${request.path}`, problem }); };
  const name = request.path.replace(/^\/api\//, '');
  const method = request.path.startsWith('/api/') ? SLACK_METHODS[name] : undefined;
  if (method === undefined) {
    violate(`the stand-in does not play ${name}`);
    return refuse('unknown_method');
  }
  const { token, ...input } = argumentsOf(request);
  const sent = request.headers.authorization?.replace(/^Bearer /, '') ?? token;
  if (typeof sent !== 'string' || sent === '') return refuse('not_authed');
  const scopes = tokens.get(sent);
  if (scopes === undefined) return refuse('invalid_auth');
  if (method.scope !== undefined && !scopes.includes(method.scope)) {
    return refuse('missing_scope', { needed: method.scope, provided: scopes.join(',') });
  }
  const unknown = Object.keys(input).filter((argument) => !method.takes.includes(argument));
  if (unknown.length > 0) {
    violate(`${name} has no argument ${unknown.join(', ')}`);
    return refuse('invalid_arguments', { response_metadata: { messages: unknown.map((argument) => `[ERROR] unknown argument: ${argument}`) } });
  }
  return {
    status: 200,
    headers: { 'x-oauth-scopes': scopes.join(','), ...(method.scope === undefined ? {} : { 'x-accepted-oauth-scopes': method.scope }) },
    body: method.call({ state, arguments: input, scopes, violate }),
  };
}

function argumentsOf(request: RecordedRequest): Record<string, unknown> {
  const query = Object.fromEntries(request.query);
  if (request.text === '') return query;
  if ((request.headers['content-type'] ?? '').startsWith('application/json')) return { ...query, ...JSON.parse(request.text) as object };
  return { ...query, ...Object.fromEntries(new URLSearchParams(request.text)) };
}

function refuse(error: string, more: Record<string, unknown> = {}): Answer {
  return { status: 200, body: { ok: false, error, ...more } };
}
