import { checkBlocks } from './block-kit.ts';

export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  /** Whether the app is in it. */
  readonly isMember: boolean;
  readonly isArchived?: boolean;
}

export interface SlackMessageState {
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  readonly blocks: readonly unknown[] | null;
  readonly attachments: readonly unknown[] | null;
  readonly threadTs: string | null;
}

export interface SlackState {
  readonly channels: readonly SlackChannel[];
  readonly messages: SlackMessageState[];
}

export interface SlackCall {
  readonly state: SlackState;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly scopes: readonly string[];
  /** Records that the call breaks what Slack documents. */
  violate(problem: string): void;
}

export type SlackResult = Record<string, unknown> & { readonly ok: boolean };

export interface SlackMethod {
  readonly scope?: string;
  /** Names of its arguments, as documented. */
  readonly takes: readonly string[];
  call(call: SlackCall): SlackResult;
}

const LONGEST_TEXT = 40_000;

export const SLACK_METHODS: Readonly<Record<string, SlackMethod>> = {
  'auth.test': {
    takes: [],
    call: () => ({ ok: true, url: 'https://stand-in.slack.com/', team: 'Stand-in', user: 'aios', team_id: 'T00000001', user_id: 'U00000001', bot_id: 'B00000001' }),
  },
  'users.profile.get': {
    takes: ['user', 'include_labels'],
    call: () => ({ ok: true, profile: { real_name: 'AIOS', display_name: 'aios' } }),
  },
  'conversations.list': {
    scope: 'channels:read',
    takes: ['cursor', 'exclude_archived', 'limit', 'team_id', 'types', 'page'],
    call: ({ state }) => ({
      ok: true,
      channels: state.channels.map((channel) => ({
        id: channel.id, name: channel.name, is_channel: true, is_private: false, is_archived: channel.isArchived ?? false, is_member: channel.isMember,
      })),
      response_metadata: { next_cursor: '' },
    }),
  },
  'chat.getPermalink': {
    takes: ['channel', 'message_ts'],
    call({ state, arguments: { channel, message_ts: ts } }) {
      const message = state.messages.find((candidate) => candidate.channel === channel && candidate.ts === ts);
      if (message === undefined) return { ok: false, error: 'message_not_found' };
      return { ok: true, channel, permalink: `https://stand-in.slack.com/archives/${message.channel}/p${message.ts.replace('.', '')}` };
    },
  },
  'chat.postMessage': {
    scope: 'chat:write',
    takes: [
      'channel', 'text', 'blocks', 'attachments', 'thread_ts', 'reply_broadcast', 'unfurl_links', 'unfurl_media', 'mrkdwn',
      'link_names', 'parse', 'username', 'icon_url', 'icon_emoji', 'metadata', 'as_user', 'markdown_text',
      // n8n's Slack node sends these options of its own along; Slack ignores them.
      'includeLinkToWorkflow', 'sendAsUser',
    ],
    call: postMessage,
  },
};

function postMessage({ state, arguments: input, scopes, violate }: SlackCall): SlackResult {
  const wanted = String(input.channel ?? '').replace(/^#/, '');
  const channel = state.channels.find(({ id, name }) => id === wanted || name === wanted);
  if (channel === undefined) return { ok: false, error: 'channel_not_found' };
  if (channel.isArchived === true) return { ok: false, error: 'is_archived' };
  if (!channel.isMember && !scopes.includes('chat:write.public')) return { ok: false, error: 'not_in_channel' };
  const text = typeof input.text === 'string' ? input.text : '';
  const blocks = parseList(input.blocks);
  const attachments = parseList(input.attachments);
  if (text === '' && blocks === null && attachments === null && input.markdown_text === undefined) return { ok: false, error: 'no_text' };
  if (text.length > LONGEST_TEXT) return { ok: false, error: 'msg_too_long' };
  const problems = blocks === null ? [] : checkBlocks(blocks);
  if (problems.length > 0) {
    violate(problems.join('; '));
    return { ok: false, error: 'invalid_blocks', errors: problems, response_metadata: { messages: problems } };
  }
  const ts = `${1_767_225_600 + state.messages.length}.${String(state.messages.length + 1).padStart(6, '0')}`;
  const threadTs = typeof input.thread_ts === 'string' ? input.thread_ts : null;
  state.messages.push({ channel: channel.id, ts, text, blocks: blocks as unknown[] | null, attachments: attachments as unknown[] | null, threadTs });
  return {
    ok: true, channel: channel.id, ts,
    message: { type: 'message', subtype: 'bot_message', bot_id: 'B00000001', text, ts, ...(blocks === null ? {} : { blocks }) },
  };
}

/** A form carries lists as JSON text. What cannot be read stays as it is, and is refused by the check. */
function parseList(value: unknown): unknown {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
