import { describe, expect, test } from '@jest/globals';
import { readCountCall, readMessageCall } from '../../../../../agent-runtime/src/api/wire/anthropic/request.ts';
import { AiosError } from '../../../../../agent-runtime/src/errors.ts';

const user = { role: 'user', content: 'Hi' };
const weather = { name: 'weather', description: 'Tells it', input_schema: { type: 'object', properties: { city: { type: 'string' } } } };
const read = (more: object) => readMessageCall({ model: 'auto', max_tokens: 2_000, messages: [user], ...more }).request;
const base = { purpose: 'messages', system: '', messages: [{ role: 'user', content: 'Hi' }], maxOutputTokens: 2_000 };

describe('a message request', () => {
  test.each<[string, object, object]>([
    ['nothing special', {}, {}],
    ['a system prompt', { system: 'Be terse.' }, { system: 'Be terse.' }],
    ['a system prompt in blocks', { system: [{ type: 'text', text: 'A', cache_control: { type: 'ephemeral' } }, { type: 'text', text: 'B' }] }, { system: 'A\n\nB' }],
    ['instructions between the turns', { system: 'A', messages: [user, { role: 'system', content: 'B' }] }, { system: 'A\n\nB' }],
    ['sampling', { temperature: 1, top_p: 0.9, top_k: 5 }, { temperature: 1, topP: 0.9, topK: 5 }],
    ['stop sequences', { stop_sequences: ['END'] }, { stopSequences: ['END'] }],
    ['an end user', { metadata: { user_id: 'u' } }, { endUser: 'u' }],
    ['a budget of thinking', { thinking: { type: 'enabled', budget_tokens: 1_024 } }, { reasoning: { budgetTokens: 1_024 } }],
    ['adaptive thinking', { thinking: { type: 'adaptive' } }, { reasoning: { effort: 'medium' } }],
    ['adaptive thinking with an effort', { thinking: { type: 'adaptive' }, output_config: { effort: 'xhigh' } }, { reasoning: { effort: 'high' } }],
    ['no thinking', { thinking: { type: 'disabled' }, output_config: { effort: 'low' } }, { reasoning: { effort: 'none' } }],
    ['a schema', { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } }, { outputSchema: { name: 'answer', jsonSchema: { type: 'object' } } }],
    ['a schema by its earlier name', { output_format: { type: 'json_schema', schema: { type: 'object' } } }, { outputSchema: { name: 'answer', jsonSchema: { type: 'object' } } }],
    ['tools', { tools: [{ ...weather, type: 'custom', strict: true, cache_control: { type: 'ephemeral' } }] },
      { tools: [{ name: 'weather', description: 'Tells it', strict: true, inputSchema: weather.input_schema }] }],
    ['a choice of any tool, one at a time', { tools: [weather], tool_choice: { type: 'any', disable_parallel_tool_use: true } },
      { tools: [{ name: 'weather', description: 'Tells it', inputSchema: weather.input_schema }], toolChoice: { type: 'required' }, parallelToolCalls: false }],
    ['a tool that must be called', { tools: [weather], tool_choice: { type: 'tool', name: 'weather' } },
      { tools: [{ name: 'weather', description: 'Tells it', inputSchema: weather.input_schema }], toolChoice: { type: 'tool', name: 'weather' } }],
    ['bookkeeping', { service_tier: 'auto', cache_control: { type: 'ephemeral' } }, {}],
  ])('with %s', (_case, more, expected) => {
    expect(read(more)).toEqual({ ...base, ...expected });
  });

  test('keeps images, thinking, calls of tools and their results, results first', () => {
    expect(read({ messages: [
      { role: 'user', content: [
        { type: 'text', text: 'What?' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } },
      ] },
      { role: 'assistant', content: [
        { type: 'thinking', thinking: 'Hm', signature: 's' }, { type: 'redacted_thinking', data: 'd' }, { type: 'text', text: 'Well' },
        { type: 'tool_use', id: '1', name: 'weather', input: { city: 'Ulm' } },
      ] },
      { role: 'user', content: [
        { type: 'text', text: 'And?' },
        { type: 'tool_result', tool_use_id: '1', is_error: true, content: [{ type: 'text', text: 'Rain' }, { type: 'image', source: { type: 'base64', media_type: 'image/gif', data: 'AA==' } }] },
      ] },
    ] }).messages).toEqual([
      { role: 'user', content: [
        { type: 'text', text: 'What?' }, { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } },
        { type: 'image', source: { kind: 'url', url: 'https://x.test/a.png' } },
      ] },
      { role: 'assistant', content: [
        { type: 'reasoning', text: 'Hm', signature: 's' }, { type: 'reasoning', text: '', redactedData: 'd' }, { type: 'text', text: 'Well' },
        { type: 'tool-call', id: '1', name: 'weather', argumentsText: '{"city":"Ulm"}' },
      ] },
      { role: 'user', content: [
        { type: 'tool-result', callId: '1', toolName: 'weather', isError: true,
          content: [{ type: 'text', text: 'Rain' }, { type: 'image', source: { kind: 'base64', mediaType: 'image/gif', data: 'AA==' } }] },
        { type: 'text', text: 'And?' },
      ] },
    ]);
  });

  test('whose tokens are counted needs no bound', () => {
    expect(readCountCall({ model: 'm', messages: [user], system: 'A' }).request).toMatchObject({ system: 'A', messages: [{ role: 'user', content: 'Hi' }] });
  });
});

describe('a message request that is refused', () => {
  const withBlock = (block: unknown, role = 'user') => ({ messages: [user, { role, content: [block] }] });

  test.each<[string, object]>([
    ['max_tokens', { max_tokens: undefined }],
    ['max_tokens', { max_tokens: 0 }],
    ['messages', { messages: [] }],
    ['messages', { messages: undefined }],
    ['messages[0].role', { messages: [{ role: 'tool', content: '' }] }],
    ['messages[0].content', { messages: [{ role: 'user' }] }],
    ['messages[1].content[0].type', withBlock({ type: 'tool_use' })],
    ['messages[1].content[0].type', withBlock({ type: 'image' }, 'assistant')],
    ['messages[1].content[0].source.type', withBlock({ type: 'image', source: { type: 'path' } })],
    ['messages[1].content[0].source', withBlock({ type: 'image', source: { type: 'base64', media_type: 'image/tiff', data: 'x' } })],
    ['messages[1].content[0].source.url', withBlock({ type: 'image', source: { type: 'url', url: 'ftp://x' } })],
    ['messages[1].content[0].tool_use_id', withBlock({ type: 'tool_result', tool_use_id: 'x' })],
    ['messages[1].content[0].input', withBlock({ type: 'tool_use', id: '1', name: 'a', input: '{}' }, 'assistant')],
    ['system[0].type', { system: [{ type: 'image' }] }],
    ['temperature', { temperature: 1.5 }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled' } }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled', budget_tokens: 2_000 } }],
    ['tools[0].input_schema', { tools: [{ name: 'x' }] }],
    ['tool_choice.type', { tools: [weather], tool_choice: { type: 'required' } }],
    ['tool_choice.name', { tools: [weather], tool_choice: { type: 'tool', name: 'x' } }],
    ['output_config.format.schema', { output_config: { format: { type: 'json_schema' } } }],
  ])('names %s', (path, more) => {
    const error = thrownBy(() => read(more));
    expect([error.code, error.issues[0]?.path]).toEqual(['invalid_request', path]);
  });

  test.each<[string, object]>([
    ['container', { container: 'c' }],
    ['inference_geo', { inference_geo: 'us' }],
    ['mcp_servers', { mcp_servers: [{ name: 'x' }] }],
    ['made_up', { made_up: true }],
    ['tools[0].type', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    ['tools[0].input_examples', { tools: [{ ...weather, input_examples: [{}] }] }],
    ['messages[1].content[0].type', withBlock({ type: 'document', source: {} })],
    ['messages[1].content[0].type', withBlock({ type: 'web_search_tool_result' }, 'assistant')],
    ['messages[1].content[0].source.type', withBlock({ type: 'image', source: { type: 'file', file_id: 'f' } })],
    ['thinking.type', { thinking: { type: 'between_tools' } }],
  ])('says that %s is not supported', (path, more) => {
    const error = thrownBy(() => read(more));
    expect([error.code, error.issues[0]?.path]).toEqual(['unsupported_parameter', path]);
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
