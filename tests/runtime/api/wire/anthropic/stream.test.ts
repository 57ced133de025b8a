import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AiosError } from '../../../../../agent-runtime/src/errors.ts';
import { toMessage } from '../../../../../agent-runtime/src/api/wire/anthropic/response.ts';
import { createMessageStream } from '../../../../../agent-runtime/src/api/wire/anthropic/stream.ts';
import { asMessage, events, streamed } from '../accumulate.ts';
import { cutAnswer } from '../cut-answers.ts';
import type { ContentStreamPart } from '../../../../../agent-runtime/src/providers/model.ts';
import { response } from '../wire-app.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks at what is there
type Any = any;

/** The client adds what it parsed, and takes neither the end's cost nor how long the cache lives. */
function comparable({ aios: _, parsed_output: _parsed, usage: { cache_creation: __, service_tier: ___, ...usage }, ...message }: Any): Any {
  return { ...message, usage };
}

describe('a streamed message', () => {
  test("is, put together by Anthropic's own client, the one that is not streamed, wherever it was cut", async () => {
    await fc.assert(fc.asyncProperty(cutAnswer, async (cut) => {
      const together = JSON.parse(JSON.stringify(await asMessage(streamed(createMessageStream(), cut))));
      expect(comparable(together)).toEqual(comparable(JSON.parse(toMessage(cut.response))));
    }), { numRuns: 150 });
  }, 60_000);

  test('has its blocks one after the other, each begun and ended once', () => {
    fc.assert(fc.property(cutAnswer, (cut) => {
      let open: number | null = null;
      let last = -1;
      const sent = events(streamed(createMessageStream(), cut)).map(({ event, data }) => ({ event, data: JSON.parse(data) }));
      expect(sent.map(({ event }) => event)).toEqual(sent.map(({ data }) => data.type));
      expect([sent[0]?.event, sent.at(-2)?.event, sent.at(-1)?.event]).toEqual(['message_start', 'message_delta', 'message_stop']);
      for (const { event, data } of sent) {
        if (event === 'content_block_start') {
          expect([open, data.index]).toEqual([null, last + 1]);
          open = last = data.index;
        } else if (event === 'content_block_delta') expect(data.index).toBe(open);
        else if (event === 'content_block_stop') {
          expect(data.index).toBe(open);
          open = null;
        }
      }
      expect(open).toBeNull();
    }));
  });

  const sentBy = (parts: readonly ContentStreamPart[]): string[] => {
    const stream = createMessageStream();
    stream.start('m', 'd');
    return parts.map((part) => stream.part(part));
  };

  test('passes each piece of text on at once', () => {
    const [first, second] = sentBy([{ type: 'text', text: 'a' }, { type: 'text', text: '\n"' }]);
    expect(events(first ?? '').map(({ event }) => event)).toEqual(['content_block_start', 'content_block_delta']);
    expect(events(second ?? '').map(({ data }) => JSON.parse(data))).toEqual([{ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '\n"' } }]);
  });

  test('lets the second of two parallel calls begin when the arguments of the first are whole', () => {
    const sent = sentBy([
      { type: 'tool-call', index: 0, id: 'a', name: 'f' }, { type: 'tool-call', index: 1, id: 'b', name: 'g' },
      { type: 'tool-call-arguments', index: 0, text: '{"x":' }, { type: 'tool-call-arguments', index: 1, text: '{}' }, { type: 'tool-call-arguments', index: 0, text: '1}' },
    ]);
    expect(sent.map((text) => (text === '' ? [] : events(text).map(({ event, data }) => `${event} ${JSON.parse(data).index}`)))).toEqual([
      ['content_block_start 0'], [], ['content_block_delta 0'], [],
      ['content_block_delta 0', 'content_block_stop 0', 'content_block_start 1', 'content_block_delta 1'],
    ]);
  });

  test('that broke off says so and has no end', () => {
    const [event, ...others] = events(createMessageStream().failed(new AiosError('model_overloaded', 'Busy.'), 'r-1'));
    expect(others).toEqual([]);
    expect(event?.event).toBe('error');
    expect(JSON.parse(event?.data ?? '')).toEqual({ type: 'error', error: { type: 'overloaded_error', message: 'Busy.', code: 'model_overloaded' }, request_id: 'r-1' });
  });
});

describe('a message that is not streamed', () => {
  const of = (more: object) => JSON.parse(toMessage(response(more)));

  test.each<[string, object, object]>([
    ['the end of a turn', {}, { stop_reason: 'end_turn', stop_sequence: null, stop_details: null }],
    ['a stop sequence', { stopSequence: 'END' }, { stop_reason: 'stop_sequence', stop_sequence: 'END' }],
    ['the bound of tokens', { finishReason: 'length' }, { stop_reason: 'max_tokens' }],
    ['calls of tools', { finishReason: 'tool-calls' }, { stop_reason: 'tool_use' }],
    ['a refusal', { finishReason: 'refused' }, { stop_reason: 'refusal', stop_details: { type: 'refusal', category: null, explanation: null } }],
  ])('says that it ended by %s', (_case, more, expected) => {
    expect(of(more)).toMatchObject(expected);
  });

  test('counts tokens as Anthropic does: those of the cache apart', () => {
    expect(of({ usage: { input: 1, cacheRead: 20, cacheWrite5m: 300, cacheWrite1h: 4_000, output: 50_000, reasoning: 600 } }).usage).toMatchObject({
      input_tokens: 1, cache_read_input_tokens: 20, cache_creation_input_tokens: 4_300, output_tokens: 50_000,
      cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 4_000 }, output_tokens_details: { thinking_tokens: 600 },
    });
  });

  test('has thinking, text and calls as blocks, and arguments that are no object under a name that says so', () => {
    const call = (argumentsText: string) => ({ type: 'tool-call', id: 'c', name: 'f', argumentsText });
    expect(of({
      reasoning: [{ type: 'reasoning', text: 'Hm', signature: 's' }, { type: 'reasoning', text: '', redactedData: 'd' }],
      toolCalls: [call('{"a":1}'), call('{broken'), call('[]'), call('')],
    }).content.map(({ caller: _, ...block }: Any) => block)).toEqual([
      { type: 'thinking', thinking: 'Hm', signature: 's' }, { type: 'redacted_thinking', data: 'd' }, { type: 'text', text: 'Hello.', citations: null },
      { type: 'tool_use', id: 'c', name: 'f', input: { a: 1 } }, { type: 'tool_use', id: 'c', name: 'f', input: { INVALID_JSON: '{broken' } },
      { type: 'tool_use', id: 'c', name: 'f', input: { INVALID_JSON: '[]' } }, { type: 'tool_use', id: 'c', name: 'f', input: {} },
    ]);
  });
});
