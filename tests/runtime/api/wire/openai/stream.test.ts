import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AiosError } from '../../../../../agent-runtime/src/errors.ts';
import { toChatCompletion } from '../../../../../agent-runtime/src/api/wire/openai/response.ts';
import { createChatStream } from '../../../../../agent-runtime/src/api/wire/openai/stream.ts';
import { asChatCompletion, events, streamed } from '../accumulate.ts';
import { cutAnswer } from '../cut-answers.ts';
import { response } from '../wire-app.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks at what is there
type Any = any;

/** The parts in which the two forms differ by their nature: the client keeps the last piece of fields it does not know, and adds what it parsed. */
function comparable(completion: Any): Any {
  const { choices: [{ message: { reasoning_content: _, parsed: _parsed, ...message }, ...choice }], created: __, ...rest } = completion;
  return { ...rest, choices: [{ ...choice, message: { ...message, content: message.content ?? '' } }] };
}

describe('a streamed chat completion', () => {
  test("is, put together by OpenAI's own client, the one that is not streamed, wherever it was cut", async () => {
    await fc.assert(fc.asyncProperty(cutAnswer, async (cut) => {
      const together = comparable(await asChatCompletion(streamed(createChatStream({ includeUsage: true }), cut)));
      expect(together).toEqual(comparable(JSON.parse(toChatCompletion(cut.response))));
    }), { numRuns: 150 });
  }, 60_000);

  test('streams the same thinking that the whole answer has', () => {
    fc.assert(fc.property(cutAnswer, (cut) => {
      const chunks = events(streamed(createChatStream({ includeUsage: false }), cut)).slice(0, -1).map(({ data }) => JSON.parse(data));
      const thinking = chunks.map(({ choices: [choice] }: Any) => choice.delta.reasoning_content ?? '').join('');
      expect(thinking).toBe(JSON.parse(toChatCompletion(cut.response)).choices[0].message.reasoning_content ?? '');
    }));
  });

  test('passes each piece on at once', () => {
    const stream = createChatStream({ includeUsage: false });
    stream.start('m', 'd');
    const text = JSON.parse(stream.part({ type: 'text', text: 'a\n"' }).slice('data: '.length));
    expect(text).toMatchObject({ id: 'chatcmpl-d', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta: { content: 'a\n"' }, finish_reason: null }] });
    expect(text).not.toHaveProperty('usage');
    expect(stream.part({ type: 'tool-call', index: 1, id: 'c', name: 'f' })).toContain('"tool_calls":[{"index":1,"id":"c","type":"function","function":{"name":"f","arguments":""}}]');
    expect(stream.part({ type: 'tool-call-arguments', index: 1, text: '{"a' })).toContain('"tool_calls":[{"index":1,"function":{"arguments":"{\\"a"}}]');
    expect(stream.part({ type: 'text', text: '' })).toBe('');
  });

  test('tells the usage in a chunk of its own where it was asked for, with what it cost', () => {
    const stream = createChatStream({ includeUsage: true });
    const sent = events(streamed(stream, { parts: [{ type: 'text', text: 'Hello.' }], response: response() }));
    const chunks = sent.slice(0, -1).map(({ data }) => JSON.parse(data));
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({
      choices: [], usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
      aios: { model: 'openai/gpt-x', decision_id: 'decision-1', cost_usd: 0.000125, cost_status: 'known', reason: 'It is the cheapest.', cached: false },
    });
    const without = events(streamed(createChatStream({ includeUsage: false }), { parts: [], response: response() }));
    expect(JSON.parse(without.at(-2)?.data ?? '')).toMatchObject({ choices: [{ finish_reason: 'stop' }], aios: { cost_usd: 0.000125 } });
  });

  test('that broke off says so and has no end', () => {
    const stream = createChatStream({ includeUsage: false });
    stream.start('m', 'd');
    const [event, ...others] = events(stream.failed(new AiosError('model_stream_cut', 'It broke off.'), 'r'));
    expect(others).toEqual([]);
    expect(JSON.parse(event?.data ?? '')).toEqual({ error: { message: 'It broke off.', type: 'server_error', param: null, code: 'model_stream_cut' } });
  });
});

describe('a chat completion that is not streamed', () => {
  const of = (more: object) => JSON.parse(toChatCompletion(response(more)));

  test.each([['stop', 'stop'], ['length', 'length'], ['tool-calls', 'tool_calls'], ['refused', 'content_filter']])('that ended by %s says %s', (finishReason, expected) => {
    expect(of({ finishReason }).choices[0].finish_reason).toBe(expected);
  });

  test('counts tokens as OpenAI does: those of the cache are part of the prompt', () => {
    expect(of({ usage: { input: 1, cacheRead: 20, cacheWrite5m: 300, cacheWrite1h: 4_000, output: 50_000, reasoning: 600 } }).usage).toEqual({
      prompt_tokens: 4_321, completion_tokens: 50_000, total_tokens: 54_321,
      prompt_tokens_details: { cached_tokens: 20, cache_write_tokens: 4_300 }, completion_tokens_details: { reasoning_tokens: 600 },
    });
  });

  test('has no content where tools are called instead, and a refusal where the model declined', () => {
    const call = { type: 'tool-call', id: 'c', name: 'f', argumentsText: '{broken' };
    expect(of({ text: '', toolCalls: [call], finishReason: 'tool-calls' }).choices[0].message).toEqual({
      role: 'assistant', content: null, refusal: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{broken' } }],
    });
    expect(of({ text: '', finishReason: 'refused' }).choices[0].message).toMatchObject({ content: null, refusal: 'The model declined to answer.' });
  });

  test('shows thinking, and keeps signatures for the way back', () => {
    expect(of({ reasoning: [{ type: 'reasoning', text: 'Hm' }] }).choices[0].message).toEqual({ role: 'assistant', content: 'Hello.', refusal: null, reasoning_content: 'Hm' });
    expect(of({ reasoning: [{ type: 'reasoning', text: 'Hm', signature: 's' }, { type: 'reasoning', text: '', redactedData: 'd' }] }).choices[0].message).toMatchObject({
      reasoning_content: 'Hm', thinking_blocks: [{ type: 'thinking', thinking: 'Hm', signature: 's' }, { type: 'redacted_thinking', data: 'd' }],
    });
  });
});
