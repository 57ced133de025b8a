import type { KnownBlock } from '@slack/web-api';

export interface NewSlackMessage {
  /** Channel id (C0123…) or name (#reviews). */
  readonly channel: string;
  /** Shown in notifications and where blocks are not. */
  readonly text: string;
  /** Block Kit. */
  readonly blocks?: readonly KnownBlock[];
  /** Answers in this thread. */
  readonly threadTs?: string;
}

export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly permalink: string | null;
}

/** Slack as the runtime uses it. Failures are AiosErrors of the `slack_*` codes. */
export interface Slack {
  postMessage(message: NewSlackMessage, signal: AbortSignal): Promise<SlackMessage>;
}
