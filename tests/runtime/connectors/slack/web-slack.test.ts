import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { KnownBlock } from '@slack/web-api';
import { createSlack } from '../../../../agent-runtime/src/connectors/slack/web-slack.ts';
import type { AiosError } from '../../../../agent-runtime/src/errors.ts';
import { startSlackStandIn } from '../../../stand-ins/slack/start-slack-stand-in.ts';
import type { SlackStandIn } from '../../../stand-ins/slack/start-slack-stand-in.ts';

const { signal } = new AbortController();
const message = { channel: '#reviews', text: 'Reviewed' };
const section = (text: string): KnownBlock => ({ type: 'section', text: { type: 'mrkdwn', text } });

let standIn: SlackStandIn;

beforeEach(async () => {
  standIn = await startSlackStandIn({
    tokens: [{ token: 'xoxb-secret' }, { token: 'xoxb-reader-secret', scopes: ['channels:read'] }],
    channels: [{ id: 'C0REVIEWS1', name: 'reviews', isMember: true }, { id: 'C0SILENT01', name: 'silent', isMember: false }],
  });
});

afterEach(() => standIn.close());

function slack(token: string | undefined = 'xoxb-secret', timeoutMs?: number) {
  return createSlack({ token, apiUrl: standIn.apiUrl, timeoutMs });
}

async function failureOf(call: Promise<unknown>): Promise<AiosError> {
  const error = await call.then(() => { throw new Error('it did not fail'); }, (thrown: AiosError) => thrown);
  for (const secret of ['xoxb-secret', 'xoxb-reader-secret', 'xoxb-wrong-secret']) {
    expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(secret);
  }
  return error;
}

test('a message is posted in Block Kit and its link given', async () => {
  const blocks: KnownBlock[] = [{ type: 'header', text: { type: 'plain_text', text: 'Review' } }, section('*2* findings'), { type: 'divider' }];
  const posted = await slack().postMessage({ ...message, blocks }, signal);
  expect(posted).toEqual({ channel: 'C0REVIEWS1', ts: standIn.messages[0]?.ts, permalink: expect.stringContaining('/archives/C0REVIEWS1/p') });
  expect(standIn.messages).toMatchObject([{ text: 'Reviewed', blocks }]);
  standIn.assertNoViolations();
});

test('an answer goes to its thread', async () => {
  const { ts } = await slack().postMessage(message, signal);
  await slack().postMessage({ ...message, threadTs: ts }, signal);
  expect(standIn.messages[1]).toMatchObject({ threadTs: ts });
});

test('a posted message stands though its link cannot be had', async () => {
  standIn.fail({ path: /getPermalink/, failure: 'reset' });
  expect(await slack().postMessage(message, signal)).toMatchObject({ channel: 'C0REVIEWS1', permalink: null });
});

test.each<[string, readonly KnownBlock[], string]>([
  ['51 blocks', Array.from({ length: 51 }, () => section('x')), 'blocks has 51 blocks'],
  ['a section of 3,001 characters', [section('x'.repeat(3_001))], 'blocks[0].text has 3001 characters'],
  ['an empty section', [section('')], 'blocks[0].text is empty'],
  ['a header of 151 characters', [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }], 'blocks[0].text has 151'],
  ['11 fields', [{ type: 'section', fields: Array.from({ length: 11 }, () => ({ type: 'mrkdwn' as const, text: 'x' })) }], 'blocks[0].fields has 11'],
])('%s are refused before the call, naming the place', async (_, blocks, expected) => {
  const error = await failureOf(slack().postMessage({ ...message, blocks }, signal));
  expect(error).toMatchObject({ code: 'slack_rejected', kind: 'user' });
  expect(error.message).toContain(expected);
  expect(standIn.requests).toHaveLength(0);
});

test("what only Slack sees in a block is told in Slack's words", async () => {
  const error = await failureOf(slack().postMessage({ ...message, blocks: [{ type: 'section', texxt: 'x' } as unknown as KnownBlock] }, signal));
  expect(error).toMatchObject({ code: 'slack_rejected' });
  expect(error.message).toMatch(/invalid_blocks.*\/blocks\/0/);
  expect(error.issues[0]).toMatchObject({ path: '/blocks/0' });
});

test('a missing scope is named, with those that the token has', async () => {
  const error = await failureOf(slack('xoxb-reader-secret').postMessage(message, signal));
  expect(error).toMatchObject({ code: 'slack_unauthorized', kind: 'user' });
  expect(error.message).toMatch(/SLACK_BOT_TOKEN lacks the scope chat:write \(it has channels:read\)/);
});

test('a wrong token names its setting', async () => {
  const error = await failureOf(slack('xoxb-wrong-secret').postMessage(message, signal));
  expect(error).toMatchObject({ code: 'slack_unauthorized' });
  expect(error.message).toMatch(/SLACK_BOT_TOKEN \(invalid_auth\)/);
});

test('no token at all names its setting', async () => {
  const error = await failureOf(createSlack({ apiUrl: standIn.apiUrl }).postMessage(message, signal));
  expect(error).toMatchObject({ code: 'slack_token_missing' });
  expect(error.message).toContain('Set SLACK_BOT_TOKEN');
});

test.each([['#nowhere', /#nowhere.*channel_not_found.*Check the channel/], ['#silent', /not_in_channel.*Invite the app/]])('the channel %s is refused with advice', async (channel, expected) => {
  const error = await failureOf(slack().postMessage({ ...message, channel }, signal));
  expect(error).toMatchObject({ code: 'slack_rejected' });
  expect(error.message).toMatch(expected);
});

test('a rate limit is not waited for here, but says how long to wait', async () => {
  standIn.fail({ failure: { status: 429, headers: { 'retry-after': '7' } } });
  expect(await failureOf(slack().postMessage(message, signal))).toMatchObject({ code: 'slack_rate_limited', kind: 'operational', retryAfterMs: 7_000 });
  expect(standIn.requests).toHaveLength(1);
});

test.each([['reset', 'reset'], ['503', { status: 503, body: 'down' }], ['a page', { status: 200, body: '<html>Bad gateway</html>' }]] as const)('%s is operational and nothing is posted again', async (_, failure) => {
  standIn.fail({ failure });
  expect(await failureOf(slack().postMessage(message, signal))).toMatchObject({ code: 'slack_unavailable', kind: 'operational' });
  expect(standIn.requests).toHaveLength(1);
});

test('an answer that does not come is given up', async () => {
  standIn.fail({ failure: 'hang' });
  expect(await failureOf(slack('xoxb-secret', 200).postMessage(message, signal))).toMatchObject({ code: 'slack_unavailable' });
});

test('a signal ends a call with its reason', async () => {
  await expect(slack().postMessage(message, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
});
