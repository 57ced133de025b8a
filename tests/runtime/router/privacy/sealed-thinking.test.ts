import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { ModelRequest, ReasoningPart } from '../../../../agent-runtime/src/providers/model.ts';
import { judge, requestOf, TOKEN, treatments, types } from './judging.ts';

/** As Anthropic signs: Base64 of a message that begins with lengths and a nonce. */
const BEGINNING = 'EqoBCkgIARABGAIiQL8UtV5kXz';
const signatures = (encoding: 'base64' | 'base64url') => Array.from({ length: 300 }, (_, index) => BEGINNING + randomBytes(150 + index * 9).toString(encoding));

function withThinking(part: Omit<ReasoningPart, 'type' | 'text'>): ModelRequest {
  return { ...requestOf('go on'), messages: [{ role: 'user', content: 'hi' }, { role: 'assistant', content: [{ type: 'reasoning', text: '', ...part }] }, { role: 'user', content: 'go on' }] };
}

const AWS_KEY = `AKIA${'Q7ZD3MXK5RWP2LTB'}`;
const MODEL_KEY = `sk-${'ant-api03-'}Zk3vQ9xT7mWb2LpRf8HsYc4NdJ6uGaE1oKiX5VtB0qMwSzDhUyCjPrAeFgInOl`;

describe.each(['signature', 'redactedData'] as const)('the %s of thinking', (field) => {
  test.each([
    ['a token', TOKEN], ['a token in a sentence', `the key is ${TOKEN}.`], ['a key of AWS', AWS_KEY], ['an address', 'jane.doe@acme.com'], ['a card', '4111 1111 1111 1111'],
    ['a token within sealed data', `${BEGINNING}${'aB3/'.repeat(20)}/${TOKEN}`], ['a key of AWS within sealed data', `${'aB3/'.repeat(20)}+${AWS_KEY}/${'aB3/'.repeat(20)}`],
    ['a key of a model within sealed data', `${'aB3_'.repeat(20)}-${MODEL_KEY}`], ['an encoded token', Buffer.from(`Remember that the token of the build is ${TOKEN} and nothing else.`).toString('base64')],
  ])('that is %s keeps the request at home', async (_, text) => {
    const verdict = await judge(withThinking({ [field]: text }));
    expect(verdict.findings).not.toEqual([]);
    expect(treatments(verdict)).toBe('allow forbid forbid forbid');
  });

  test.each(['base64', 'base64url'] as const)('as providers make it (%s) says nothing', async (encoding) => {
    for (const text of signatures(encoding)) {
      const verdict = await judge(withThinking({ [field]: text }));
      expect({ text, found: types(verdict), class: verdict.class }).toEqual({ text, found: [], class: 'internal' });
    }
  });

  test('goes back unchanged where other texts are redacted', async () => {
    const [sealed] = signatures('base64');
    const { messages, ...rest } = withThinking({ [field]: sealed });
    const verdict = await judge({ ...rest, system: `use ${TOKEN}`, messages, tools: [{ name: 'look', inputSchema: { type: 'object' } }] });
    expect(treatments(verdict)).toBe('allow redact redact redact');
    expect(verdict.redacted().request).toMatchObject({ system: 'use [SECRET_1]', messages, tools: [{ name: 'look' }] });
  });
});
