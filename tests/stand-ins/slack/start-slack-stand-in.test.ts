import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startSlackStandIn } from './start-slack-stand-in.ts';
import type { SlackStandIn } from './start-slack-stand-in.ts';

let standIn: SlackStandIn;

beforeEach(async () => {
  standIn = await startSlackStandIn();
});

afterEach(() => standIn.close());

async function post(method: string, input: object, token = standIn.token) {
  const answer = await fetch(`${standIn.apiUrl}${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(input),
  });
  return await answer.json() as Record<string, unknown>;
}

test('takes JSON and forms alike', async () => {
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*x*' } }];
  expect(await post('chat.postMessage', { channel: 'C0REVIEWS1', text: 'a', blocks })).toMatchObject({ ok: true, channel: 'C0REVIEWS1' });
  const form = new URLSearchParams({ token: standIn.token, channel: '#reviews', text: 'b', blocks: JSON.stringify(blocks) });
  expect(await (await fetch(`${standIn.apiUrl}chat.postMessage`, { method: 'POST', body: form })).json()).toMatchObject({ ok: true });
  expect(standIn.messages).toMatchObject([{ text: 'a', blocks }, { text: 'b', blocks }]);
  standIn.assertNoViolations();
});

test.each<[string, object]>([
  ['an unknown block', { type: 'paragraph', text: 'x' }], ['a block without a type', { text: 'x' }],
  ['a section without text or fields', { type: 'section' }], ['a text that is a string', { type: 'section', text: 'x' }],
  ['a header in mrkdwn', { type: 'header', text: { type: 'mrkdwn', text: 'x' } }], ['a field that does not exist', { type: 'divider', colour: 'red' }],
  ['a text that is too long', { type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3_001) } }],
  ['a context without elements', { type: 'context', elements: [] }],
  ['a button with too long a label', { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'x'.repeat(76) } }] }],
])('%s is a violation', async (_, block) => {
  expect(await post('chat.postMessage', { channel: '#reviews', text: 'x', blocks: [block] })).toMatchObject({ ok: false, error: 'invalid_blocks' });
  expect(() => standIn.assertNoViolations()).toThrow(/chat\.postMessage/);
  expect(standIn.messages).toHaveLength(0);
});

test('an unknown method and an unknown argument are violations', async () => {
  expect(await post('chat.postmessage', {})).toMatchObject({ error: 'unknown_method' });
  expect(await post('chat.postMessage', { channel: '#reviews', txt: 'x' })).toMatchObject({ error: 'invalid_arguments' });
  expect(standIn.violations).toHaveLength(2);
});

test('a wrong token and an unknown channel are refused, which is no violation', async () => {
  expect(await post('auth.test', {}, 'wrong')).toMatchObject({ error: 'invalid_auth' });
  expect(await post('auth.test', {})).toMatchObject({ ok: true });
  expect(await post('chat.postMessage', { channel: '#none', text: 'x' })).toMatchObject({ error: 'channel_not_found' });
  expect(await post('conversations.list', {})).toMatchObject({ ok: true, channels: [{ id: 'C0REVIEWS1', is_member: true }] });
  standIn.assertNoViolations();
});
