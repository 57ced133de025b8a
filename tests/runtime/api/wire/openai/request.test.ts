import { describe, expect, test } from '@jest/globals';
import { readChatCall } from '../../../../../agent-runtime/src/api/wire/openai/request.ts';
import { AiosError } from '../../../../../agent-runtime/src/errors.ts';

const user = { role: 'user', content: 'Hi' };
const weather = { type: 'function', function: { name: 'weather', description: 'Tells it', parameters: { type: 'object', properties: { city: { type: 'string' } } }, strict: true } };
const time = { type: 'function', function: { name: 'time' } };
const read = (more: object) => readChatCall({ model: 'auto', messages: [user], ...more }, () => 777).request;
const PNG = 'data:image/png;base64,iVBORw0KGgo=';

describe('a chat completion request', () => {
  test('of the simplest kind gets the default bound of tokens', () => {
    expect(readChatCall({ model: 'm', messages: [user] }, (model) => (model === 'm' ? 5 : 0))).toEqual({
      model: 'm', stream: false, includeUsage: false,
      request: { purpose: 'chat/completions', system: '', messages: [{ role: 'user', content: 'Hi' }], maxOutputTokens: 5 },
    });
  });

  test.each<[string, object, object]>([
    ['a bound of tokens', { max_tokens: 9 }, { maxOutputTokens: 9 }],
    ['the newer bound before the older', { max_tokens: 9, max_completion_tokens: 8 }, { maxOutputTokens: 8 }],
    ['sampling', { temperature: 2, top_p: 0.5, top_k: 3, seed: -1, presence_penalty: -2, frequency_penalty: 1 },
      { temperature: 2, topP: 0.5, topK: 3, seed: -1, presencePenalty: -2, frequencyPenalty: 1 }],
    ['one stop sequence', { stop: 'END' }, { stopSequences: ['END'] }],
    ['stop sequences', { stop: ['a', 'b'] }, { stopSequences: ['a', 'b'] }],
    ['a JSON object', { response_format: { type: 'json_object' } }, { jsonObject: true }],
    ['a schema that is enforced', { response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema: { type: 'object' } } } },
      { outputSchema: { name: 'x', jsonSchema: { type: 'object' } } }],
    ['a schema that is a wish', { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } } },
      { outputSchema: { name: 'x', jsonSchema: { type: 'object' }, strict: false } }],
    ['effort', { reasoning_effort: 'high' }, { reasoning: { effort: 'high' } }],
    ['an effort that only OpenAI has', { reasoning_effort: 'minimal' }, { reasoning: { effort: 'low' } }],
    ['no thinking', { reasoning_effort: 'none' }, { reasoning: { effort: 'none' } }],
    ['the end user', { user: 'u', safety_identifier: 's' }, { endUser: 's' }],
    ['tools', { tools: [weather, time], parallel_tool_calls: false }, {
      parallelToolCalls: false,
      tools: [
        { name: 'weather', description: 'Tells it', strict: true, inputSchema: { type: 'object', properties: { city: { type: 'string' } } } },
        { name: 'time', inputSchema: { type: 'object', properties: {} } },
      ],
    }],
    ['a choice of any tool', { tools: [time], tool_choice: 'required' }, { toolChoice: { type: 'required' } }],
    ['a choice of one tool', { tools: [time], tool_choice: { type: 'function', function: { name: 'time' } } }, { toolChoice: { type: 'tool', name: 'time' } }],
    ['a choice of allowed tools', { tools: [weather, time], tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [time] } } },
      { tools: [{ name: 'time', inputSchema: { type: 'object', properties: {} } }], toolChoice: { type: 'required' } }],
    ['a choice of no tool where there are none', { tool_choice: 'none' }, {}],
  ])('with %s', (_case, more, expected) => {
    expect(read(more)).toMatchObject(expected);
  });

  test('whose fields are null is as if they were absent', () => {
    const nothing = Object.fromEntries(['max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'seed', 'stop', 'tools', 'tool_choice', 'response_format',
      'reasoning_effort', 'user', 'n', 'logprobs', 'logit_bias', 'audio', 'stream', 'stream_options', 'parallel_tool_calls', 'functions'].map((name) => [name, null]));
    expect(read(nothing)).toEqual(read({}));
  });

  test('that asks for nothing special in special fields is taken, and bookkeeping is ignored', () => {
    expect(read({ n: 1, logprobs: false, logit_bias: {}, modalities: ['text'], functions: [], verbosity: 'medium', store: true, metadata: { a: 'b' },
      service_tier: 'flex', prompt_cache_key: 'x' })).toEqual(read({}));
  });

  test.each(['stream', 'usage'])('asks for %s', (what) => {
    const call = readChatCall({ model: 'a', messages: [user], stream: true, stream_options: { include_usage: what === 'usage' } }, () => 1);
    expect([call.stream, call.includeUsage]).toEqual([true, what === 'usage']);
  });
});

describe('the messages of a chat completion request', () => {
  const messages = (...list: object[]) => read({ messages: list });

  test('have their instructions put together, wherever they stood', () => {
    expect(messages({ role: 'system', content: 'A' }, user, { role: 'developer', content: [{ type: 'text', text: 'B' }, { type: 'text', text: 'C' }] }))
      .toMatchObject({ system: 'A\n\nB\nC', messages: [{ role: 'user', content: 'Hi' }] });
  });

  test('hold images, as data and as addresses', () => {
    expect(messages({ role: 'user', content: [
      { type: 'text', text: 'What?' }, { type: 'image_url', image_url: { url: PNG, detail: 'auto' } }, { type: 'image_url', image_url: { url: 'https://x.test/a.png' } },
    ] }).messages).toEqual([{ role: 'user', content: [
      { type: 'text', text: 'What?' },
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
      { type: 'image', source: { kind: 'url', url: 'https://x.test/a.png' } },
    ] }]);
  });

  test('keep parallel calls of tools and put their results into one turn', () => {
    const call = (id: string, name: string, args: string) => ({ id, type: 'function', function: { name, arguments: args } });
    expect(messages(
      user, { role: 'assistant', content: null, tool_calls: [call('1', 'weather', '{"city":"Ulm"}'), call('2', 'time', '')] },
      { role: 'tool', tool_call_id: '1', content: 'Rain' }, { role: 'tool', tool_call_id: '2', content: [{ type: 'text', text: 'Noon' }] },
      { role: 'assistant', content: 'It rains.' },
    ).messages.slice(1)).toEqual([
      { role: 'assistant', content: [
        { type: 'tool-call', id: '1', name: 'weather', argumentsText: '{"city":"Ulm"}' }, { type: 'tool-call', id: '2', name: 'time', argumentsText: '{}' },
      ] },
      { role: 'user', content: [
        { type: 'tool-result', callId: '1', toolName: 'weather', content: 'Rain' },
        { type: 'tool-result', callId: '2', toolName: 'time', content: [{ type: 'text', text: 'Noon' }] },
      ] },
      { role: 'assistant', content: 'It rains.' },
    ]);
  });

  test('give thinking back to the model, with its signature where it came with one', () => {
    expect(messages({ role: 'assistant', content: 'So.', reasoning_content: 'Hm' }, user).messages[0]?.content)
      .toEqual([{ type: 'reasoning', text: 'Hm' }, { type: 'text', text: 'So.' }]);
    expect(messages({ role: 'assistant', content: 'So.', reasoning_content: 'Hm', thinking_blocks: [
      { type: 'thinking', thinking: 'Hm', signature: 's' }, { type: 'redacted_thinking', data: 'd' },
    ] }, user).messages[0]?.content).toEqual([
      { type: 'reasoning', text: 'Hm', signature: 's' }, { type: 'reasoning', text: '', redactedData: 'd' }, { type: 'text', text: 'So.' },
    ]);
  });

  test('take a refusal as what the assistant said', () => {
    expect(messages(user, { role: 'assistant', content: null, refusal: 'No.' }, user).messages[1]?.content).toEqual([{ type: 'text', text: 'No.' }]);
    expect(messages(user, { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }, user).messages[1]?.content).toEqual([{ type: 'text', text: 'No.' }]);
  });
});

describe('a chat completion request that is refused', () => {
  const withContent = (content: unknown) => ({ messages: [user, user, { role: 'user', content }] });
  const called = { role: 'assistant', content: null, tool_calls: [{ id: '1', type: 'function', function: { name: 'time', arguments: '{}' } }] };

  test.each<[string, object]>([
    ['model', { model: 7 }],
    ['model', { model: '' }],
    ['messages', { messages: [] }],
    ['messages', { messages: 'Hi' }],
    ['messages', { messages: [{ role: 'system', content: 'A' }] }],
    ['messages[1]', { messages: [user, null] }],
    ['messages[0].role', { messages: [{ role: 'robot', content: 'A' }] }],
    ['messages[0].content', { messages: [{ role: 'system' }] }],
    ['messages[2].content', withContent(null)],
    ['messages[2].content', withContent([])],
    ['messages[2].content[0]', withContent(['x'])],
    ['messages[2].content[0].type', withContent([{ type: 'picture' }])],
    ['messages[2].content[0].text', withContent([{ type: 'text' }])],
    ['messages[2].content[1].image_url', withContent([{ type: 'text', text: 'a' }, { type: 'image_url' }])],
    ['messages[2].content[0].image_url.url', withContent([{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }])],
    ['messages[2].content[0].image_url.url', withContent([{ type: 'image_url', image_url: { url: 'data:image/png,abc' } }])],
    ['messages[2].content[0].image_url.url', withContent([{ type: 'image_url', image_url: { url: 'data:image/tiff;base64,abc' } }])],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', tool_call_id: 'x', content: '' }] }],
    ['messages[1].tool_call_id', { messages: [called, { role: 'tool', content: '' }] }],
    ['messages[0].content', { messages: [{ role: 'assistant' }] }],
    ['messages[0].tool_calls[0].function.arguments', { messages: [{ role: 'assistant', tool_calls: [{ id: '1', function: { name: 'time', arguments: {} } }] }] }],
    ['temperature', { temperature: 2.1 }],
    ['temperature', { temperature: 'hot' }],
    ['max_tokens', { max_tokens: 0 }],
    ['max_completion_tokens', { max_completion_tokens: 1.5 }],
    ['stream', { stream: 'yes' }],
    ['stop[1]', { stop: ['a', ''] }],
    ['reasoning_effort', { reasoning_effort: 'extreme' }],
    ['tools[0].type', { tools: [{ type: 'web' }] }],
    ['tools[0].function.name', { tools: [{ type: 'function', function: { name: 'with space' } }] }],
    ['tools[1]', { tools: [time, time] }],
    ['tools[0].function.parameters.properties.a.type', { tools: [{ type: 'function', function: { name: 'x', parameters: { properties: { a: { type: 'text' } } } } }] }],
    ['tool_choice', { tool_choice: 'required' }],
    ['tool_choice', { tools: [time], tool_choice: 'any' }],
    ['tool_choice.function.name', { tools: [time], tool_choice: { type: 'function', function: { name: 'place' } } }],
    ['response_format.type', { response_format: { type: 'xml' } }],
    ['response_format.json_schema.name', { response_format: { type: 'json_schema', json_schema: { name: 'a b', schema: {} } } }],
    ['response_format.json_schema.schema.items.type', { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'array', items: { type: 'objekt' } } } } }],
  ])('names %s', (path, more) => {
    const error = thrownBy(() => read(more));
    expect(error.code).toBe('invalid_request');
    expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    expect(error.message.startsWith(`${path}: `)).toBe(true);
  });

  test.each<[string, object]>([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['top_logprobs', { top_logprobs: 3 }],
    ['logit_bias', { logit_bias: { 5: 100 } }],
    ['audio', { audio: { voice: 'alloy' } }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['functions', { functions: [{ name: 'f' }] }],
    ['function_call', { function_call: 'auto' }],
    ['verbosity', { verbosity: 'low' }],
    ['web_search_options', { web_search_options: {} }],
    ['made_up', { made_up: 1 }],
    ['messages[2].content[0].type', withContent([{ type: 'input_audio' }])],
    ['messages[2].content[0].type', withContent([{ type: 'file' }])],
    ['messages[0].role', { messages: [{ role: 'function', name: 'f', content: '' }] }],
    ['messages[0].function_call', { messages: [{ role: 'assistant', function_call: { name: 'f' } }] }],
    ['tools[0].type', { tools: [{ type: 'custom', custom: { name: 'x' } }] }],
  ])('says that %s is not supported', (path, more) => {
    const error = thrownBy(() => read(more));
    expect([error.code, error.issues[0]?.path]).toEqual(['unsupported_parameter', path]);
  });

  test('does not repeat what may be long or secret', () => {
    expect(thrownBy(() => read({ temperature: 's'.repeat(100) })).message).not.toContain('ssss');
  });

  test.each([null, [], 'x', 7])('is not an object: %j', (body) => {
    expect(thrownBy(() => readChatCall(body, () => 1)).issues[0]?.path).toBe('body');
  });
});

function thrownBy(action: () => unknown): AiosError {
  try {
    action();
  } catch (error) {
    if (error instanceof AiosError) return error;
    throw error;
  }
  throw new Error('It was taken.');
}
