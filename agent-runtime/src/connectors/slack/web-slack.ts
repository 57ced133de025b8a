import type { Logger, WebClient } from '@slack/web-api';
import { AiosError } from '../../errors.ts';
import { checkLimits } from './block-limits.ts';
import { toSlackError } from './errors.ts';
import type { Slack } from './slack.ts';

export interface SlackOptions {
  /** A bot token. Undefined: every call fails and says what to set. */
  readonly token?: string;
  /** Default `https://slack.com/api/`. */
  readonly apiUrl?: string;
  /** The longest wait for one answer, in ms. Default 30,000. */
  readonly timeoutMs?: number;
}

/** Slack's Web API through @slack/web-api, which is loaded on the first call. It never posts a second time by itself. */
export function createSlack(options: SlackOptions): Slack {
  return {
    async postMessage(message, signal) {
      const { token } = options;
      if (!token) throw new AiosError('slack_token_missing', `No Slack token is configured, so the message to ${message.channel} cannot be posted. Set SLACK_BOT_TOKEN.`);
      const issues = checkLimits(message.text, message.blocks);
      if (issues.length > 0) {
        const list = issues.map(({ path, message: what }) => `${path} ${what}`).join('; ');
        throw new AiosError('slack_rejected', `The message to ${message.channel} breaks Slack's limits: ${list}. Shorten it.`, { issues });
      }
      signal.throwIfAborted();
      const client = await createClient(token, options, signal);
      try {
        const posted = await client.chat.postMessage({
          channel: message.channel,
          text: message.text,
          ...(message.blocks === undefined ? {} : { blocks: [...message.blocks] }),
          ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
        });
        const channel = posted.channel ?? message.channel;
        const ts = posted.ts ?? '';
        return { channel, ts, permalink: await permalinkOf(client, channel, ts) };
      } catch (error) {
        signal.throwIfAborted();
        throw toSlackError(error, message.channel, token);
      }
    },
  };
}

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => 'error' as never, setName() {} };

/** One for each call: the client takes a signal in its fetch only. */
async function createClient(token: string, options: SlackOptions, signal: AbortSignal): Promise<WebClient> {
  const { WebClient: Client } = await import('@slack/web-api');
  const within = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs ?? 30_000)]);
  return new Client(token, {
    slackApiUrl: options.apiUrl ?? 'https://slack.com/api/',
    logger: SILENT,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: (input, init) => fetch(input, { ...init, signal: within }),
  });
}

/** Null when Slack does not give it: the message stands all the same. */
async function permalinkOf(client: WebClient, channel: string, ts: string): Promise<string | null> {
  try {
    return (await client.chat.getPermalink({ channel, message_ts: ts })).permalink ?? null;
  } catch {
    return null;
  }
}
