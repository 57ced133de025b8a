import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Model } from '../../../agent-runtime/src/providers/model.ts';
import type { LlmStandIn } from '../../stand-ins/llm/stand-in.ts';
import { PROVIDERS, REQUEST, never } from './each-provider.ts';
import { partsOf, thrownBy } from './thrown-by.ts';

const event = (type: string, more: object = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const chunk = (choices: unknown) => `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices })}\n\n`;
const START = event('message_start', { message: { id: 'm', type: 'message', role: 'assistant', content: [], model: 'claude-sonnet-5', usage: { input_tokens: 3, output_tokens: 0 } } });
const DONE = 'data: [DONE]\n\n';

/** Streams that end as they should and answer nothing; and whose pieces are of another form. */
const STREAMS: Readonly<Record<string, { readonly empty: readonly string[]; readonly strange: readonly string[]; readonly silent: string }>> = {
  anthropic: {
    empty: [event('message_stop'), START + event('message_stop')],
    strange: [`event: message_start\ndata: null\n\n`, START + event('content_block_start', { index: 0, content_block: null })],
    silent: START + event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } }) + event('message_stop'),
  },
  'openai-compatible': {
    empty: [DONE, chunk([]) + DONE, chunk([{ index: 0, delta: { role: 'assistant', content: '' } }]) + DONE, `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } })}\n\n${DONE}`],
    strange: ['data: null\n\n', 'data: 5\n\n', chunk([{ index: 0, delta: { tool_calls: [null] } }])],
    silent: chunk([{ index: 0, delta: { content: '' }, finish_reason: 'stop' }]) + DONE,
  },
  ollama: {
    empty: ['{"done":true}\n', '{"model":"qwen3:8b","done":false}\n{"done":true,"eval_count":3}\n'],
    strange: ['null\n', '{"message":{"content":"","tool_calls":[{}]}}\n'],
    silent: '{"done":true,"done_reason":"stop"}\n',
  },
};

const STRANGE_WHOLE = ['null', '5', '"words"', '[]', '{}', '{"choices":[null]}', '{"content":[null]}', '{"content":null,"message":null,"choices":null}'];

describe.each(PROVIDERS)('$name', ({ name, start, create }) => {
  const { empty, strange, silent } = STREAMS[name]!;
  let standIn: LlmStandIn;
  let model: Model;
  beforeEach(async () => {
    standIn = await start();
    model = create(standIn.url);
  });
  afterEach(() => standIn.close());
  const stream = () => partsOf(model.stream(REQUEST, { signal: never }));

  test.each(empty)('a stream that ends without an answer is cut: %j', async (bytes) => {
    standIn.next({ bytes });
    const error = await thrownBy(stream());
    expect(error).toMatchObject({ code: 'model_stream_cut', kind: 'operational' });
    expect(error.message).toContain('without an answer');
  });

  test('a stream that says why it is empty has ended well', async () => {
    standIn.next({ bytes: silent });
    expect((await stream()).at(-1)).toMatchObject({ type: 'end', response: { text: '', finishReason: 'stop' } });
  });

  test.each(strange)('what is in a stream and of another form is said in words: %j', async (bytes) => {
    standIn.next({ bytes });
    const error = await thrownBy(stream());
    expect(error.kind).toBe('operational');
    expect(error.message).not.toMatch(/Cannot (read|use)|undefined|not iterable|is not a function/);
  });

  test.each(STRANGE_WHOLE)('a whole answer of another form is said in words: %s', async (body) => {
    standIn.always({ bytes: body, type: 'application/json' });
    for (const call of [() => model.generate(REQUEST, { signal: never }), stream]) {
      const error = await thrownBy(call());
      expect(error.kind).toBe('operational');
      expect(error.message).not.toMatch(/Cannot (read|use)|undefined|not iterable|is not a function/);
    }
    expect((await thrownBy(model.generate(REQUEST, { signal: never }))).code).toBe('model_unavailable');
  });
});
