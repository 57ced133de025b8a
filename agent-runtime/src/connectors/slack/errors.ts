import type { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { AiosError } from '../../errors.ts';

/** How long to wait when Slack limits the rate and does not say for how long, in ms. */
const UNTOLD_WAIT_MS = 30_000;

const TOKEN_REFUSED = new Set(['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'org_login_required', 'access_denied']);
const SLACK_FAILED = new Set(['fatal_error', 'internal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org']);
const ADVICE: Readonly<Record<string, string>> = {
  channel_not_found: 'Check the channel; a private one must have the app as a member.',
  not_in_channel: 'Invite the app to the channel, or give it the scope chat:write.public.',
  is_archived: 'The channel is archived: choose another one.',
  msg_too_long: 'Shorten the message.',
  no_text: 'Give the message a text or blocks.',
  restricted_action: "The workspace's settings forbid this to the app.",
};

type Thrown = WebAPIPlatformError | WebAPIHTTPError | WebAPIRateLimitedError | WebAPIRequestError;

/** What @slack/web-api threw as an error that names the token, the scope or the field, and what to do. */
export function toSlackError(thrown: unknown, channel: string, token: string): AiosError {
  const error = thrown as Thrown;
  if (error.code === 'slack_webapi_rate_limited_error') return rateLimited(error.retryAfter * 1_000);
  if (error.code === 'slack_webapi_platform_error') return refused(error.data as Refusal, channel, token);
  if (error.code === 'slack_webapi_http_error') {
    return new AiosError('slack_unavailable', `Slack answered ${error.statusCode}. The runtime tries again by itself; see status.slack.com if it lasts.`);
  }
  const message = (thrown as Error).message;
  if (/Retry header/.test(message)) return rateLimited(UNTOLD_WAIT_MS);
  const original = (thrown as { original?: Error & { cause?: { code?: string } } }).original;
  const reason = original?.cause?.code ?? original?.message ?? message;
  return new AiosError('slack_unavailable', `Slack did not answer (${clean(reason, token)}). Check the network and SLACK_API_URL; the runtime tries again by itself.`);
}

interface Refusal {
  readonly error: string;
  readonly needed?: string;
  readonly provided?: string;
  readonly response_metadata?: { readonly messages?: readonly string[]; readonly retryAfter?: number };
}

function refused({ error, needed, provided, response_metadata: metadata }: Refusal, channel: string, token: string): AiosError {
  if (error === 'ratelimited' || error === 'rate_limited') {
    return rateLimited(metadata?.retryAfter === undefined ? UNTOLD_WAIT_MS : metadata.retryAfter * 1_000);
  }
  // A page in HTML instead of a code: something in front of Slack answered.
  if (SLACK_FAILED.has(error) || !/^\w+$/.test(error)) {
    return new AiosError('slack_unavailable', `Slack failed (${clean(error, token)}). The runtime tries again by itself; see status.slack.com if it lasts.`);
  }
  if (TOKEN_REFUSED.has(error)) {
    return new AiosError('slack_unauthorized', `Slack refused the token in SLACK_BOT_TOKEN (${error}). Install the app again and set SLACK_BOT_TOKEN.`);
  }
  if (error === 'missing_scope') {
    return new AiosError('slack_unauthorized', `The token in SLACK_BOT_TOKEN lacks the scope ${needed ?? 'chat:write'}${provided === undefined ? '' : ` (it has ${provided})`}. Add it to the Slack app, install it again and set the new token.`);
  }
  if (error === 'not_allowed_token_type' || error === 'no_permission') {
    return new AiosError('slack_unauthorized', `The token in SLACK_BOT_TOKEN may not post messages (${error}). Use a bot token (xoxb-…) with the scope chat:write.`);
  }
  const fields = (metadata?.messages ?? []).map((message) => clean(message.replace('[ERROR] ', ''), token));
  const details = fields.length === 0 ? '' : `: ${fields.join('; ')}`;
  return new AiosError('slack_rejected', `Slack refused the message to ${channel} (${error})${details}. ${ADVICE[error] ?? 'Correct what it names.'}`, {
    issues: fields.map((message) => ({ path: /\[json-pointer:([^\]]+)\]/.exec(message)?.[1] ?? '', message })),
  });
}

function rateLimited(retryAfterMs: number): AiosError {
  return new AiosError('slack_rate_limited', `Slack limits the rate of messages. The runtime tries again by itself in ${Math.ceil(retryAfterMs / 1_000)} s.`, { retryAfterMs });
}

function clean(text: string, token: string): string {
  return text.replaceAll(token, '[token]').replaceAll(/\s+/g, ' ').slice(0, 300);
}
