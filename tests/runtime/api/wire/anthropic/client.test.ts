import Anthropic from '@anthropic-ai/sdk';
import type { Message, Tool } from '@anthropic-ai/sdk/resources/messages';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CITY_SCHEMA, MODELS, PIXEL, SERVICES, aborted, startServedRuntime } from '../each-service.ts';
import type { ServedRuntime } from '../each-service.ts';
import { API_KEY } from '../../test-runtime.ts';

let served: ServedRuntime;
let client: Anthropic;
beforeAll(async () => {
  served = await startServedRuntime();
  client = new Anthropic({ apiKey: API_KEY, authToken: null, baseURL: served.runtime.url, maxRetries: 0 });
});
afterAll(() => served.stop());

const tools: Tool[] = ['get_weather', 'get_time'].map((name) => ({ name, description: 'Tells it', input_schema: { ...CITY_SCHEMA, required: [...CITY_SCHEMA.required] } }));
const question = { role: 'user', content: 'How is Graz?' } as const;
const calls = { text: 'One moment.', toolCalls: [{ name: 'get_weather', arguments: { city: 'Graz' } }, { name: 'get_time', arguments: { city: 'Graz' } }] };

describe.each(SERVICES)("Anthropic's client with a model of %s", (service) => {
  const model = MODELS[service];
  const standIn = () => served.standIns[service];
  const ask = (more: object = {}) => client.messages.create({ model, max_tokens: 500, messages: [question], ...more }) as Promise<Message>;
  const stream = (more: object = {}) => client.messages.stream({ model, max_tokens: 500, messages: [question], ...more });

  test('gets an answer with its usage and what it cost', async () => {
    standIn().next({ text: 'Fine.', usage: { input: 20, output: 4 } });
    const { data, response } = await client.messages.create({ model, max_tokens: 50, system: 'Be brief.', messages: [question], stop_sequences: ['END'] }).withResponse();
    expect(data).toMatchObject({
      id: `msg_${response.headers.get('x-aios-decision-id')}`, type: 'message', role: 'assistant', model, content: [{ type: 'text', text: 'Fine.' }],
      stop_reason: 'end_turn', stop_sequence: null, usage: { input_tokens: 20, output_tokens: 4 }, aios: { model },
    });
    expect(standIn().requests.at(-1)).toMatchObject({ system: 'Be brief.', messages: [question], maxTokens: 50, stream: false });
    expect(JSON.stringify(standIn().requests.at(-1)?.body)).toContain('["END"]');
  });

  test('streams the same answer, with usage at the end', async () => {
    const text = 'A longer answer, in several pieces: é, 😀 and "quotes" \\ too.';
    standIn().next({ text, usage: { input: 20, output: 9 }, chunkBytes: [7, 1, 13] });
    const answer = stream();
    const pieces: string[] = [];
    answer.on('text', (piece) => { pieces.push(piece); });
    const message = await answer.finalMessage();
    expect(pieces.length).toBeGreaterThan(1);
    expect(message).toMatchObject({ model, content: [{ type: 'text', text }], stop_reason: 'end_turn', usage: { input_tokens: 20, output_tokens: 9 } });
  });

  test('calls two tools at once, streamed or not, and gets their results told', async () => {
    standIn().next(calls, calls, 'It rains at noon.');
    const whole = await ask({ tools });
    const streamed = await stream({ tools }).finalMessage();
    for (const message of [whole, streamed]) {
      expect(message).toMatchObject({ stop_reason: 'tool_use', content: [
        { type: 'text', text: 'One moment.' }, { type: 'tool_use', name: 'get_weather', input: { city: 'Graz' } }, { type: 'tool_use', name: 'get_time', input: { city: 'Graz' } },
      ] });
    }
    const ids = whole.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
    expect(new Set(ids).size).toBe(2);
    const end = await ask({ tools, messages: [question, { role: 'assistant', content: whole.content }, {
      role: 'user', content: ids.map((id, i) => ({ type: 'tool_result', tool_use_id: id, content: ['rain', 'noon'][i] })),
    }] });
    expect(end.content).toEqual([expect.objectContaining({ text: 'It rains at noon.' })]);
    expect(JSON.stringify(standIn().requests.at(-1)?.body)).toMatch(/rain[^]*noon/);
  });

  test('shows an image', async () => {
    await ask({ messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } }, { type: 'text', text: 'What is it?' }] }] });
    expect(standIn().requests.at(-1)?.images).toEqual([{ role: 'user', url: expect.stringContaining(PIXEL) }]);
  });

  test('gets JSON by a schema, or by a tool that must be called', async () => {
    const message = await ask({ output_config: { format: { type: 'json_schema', schema: CITY_SCHEMA } } });
    expect(message.content).toEqual([expect.objectContaining({ type: 'text', text: '{"city":""}' })]);
    expect(standIn().requests.at(-1)?.schema).toMatchObject({ properties: { city: { type: 'string' } } });
    standIn().next({ toolCalls: [{ name: 'get_time', arguments: { city: 'Graz' } }] });
    const forced = await ask({ tools, tool_choice: { type: 'tool', name: 'get_time' }, thinking: { type: 'disabled' } });
    expect(forced.content).toEqual([expect.objectContaining({ type: 'tool_use', name: 'get_time', input: { city: 'Graz' } })]);
  });

  test('is told what failed, in the form that it knows', async () => {
    standIn().always({ fail: 'not-found' });
    const failure = await ask().catch((error: unknown) => error);
    standIn().always((call) => `Stand-in answer to: ${call.messages.at(-1)?.content ?? ''}`);
    expect(failure).toBeInstanceOf(Anthropic.NotFoundError);
    expect(failure).toMatchObject({ status: 404, type: 'not_found_error', requestID: expect.any(String), error: { error: { code: 'model_not_found' } } });
  });

  test('is told that a stream was cut, after what came', async () => {
    standIn().next({ cut: 'end', text: 'This will not be all of it, not at all, never.', afterChunks: 1 });
    const answer = stream();
    let text = '';
    answer.on('text', (piece) => { text += piece; });
    await expect(answer.finalMessage()).rejects.toThrow(/model_stream_cut|model_unavailable/);
    expect(text).not.toBe('');
  });

  test.each([true, false])('cancels the call upstream within 100 ms (streaming: %s)', async (streaming) => {
    const took: number[] = [];
    // The first one also pays for loading what cancels.
    for (let round = 0; round < 3; round++) {
      standIn().next({ stall: true, afterChunks: streaming ? 1 : 0 });
      const call = standIn().hits;
      const controller = new AbortController();
      const answer = client.messages.create({ model, max_tokens: 50, messages: [question], stream: streaming }, { signal: controller.signal });
      const reading = (async () => {
        if (!streaming) await answer;
        else for await (const _ of await answer as AsyncIterable<unknown>) controller.abort();
      })().catch(() => {});
      await standIn().received(call + 1);
      if (!streaming) controller.abort();
      await aborted(controller.signal);
      const at = performance.now();
      took.push(await standIn().disconnected(call) - at);
      await reading;
    }
    expect(Math.min(...took)).toBeLessThan(100);
  });
});

describe("Anthropic's client with the router", () => {
  const model = MODELS.anthropic;

  test('gets signed and encrypted thinking, streamed or not, and gives it back unchanged', async () => {
    const thoughts = [{ text: 'Graz is in Styria.', signature: 'c2lnbmVk' }, { redacted: 'ZW5jcnlwdGVk' }];
    served.standIns.anthropic.next({ ...calls, thoughts }, { ...calls, thoughts });
    const params = { model, max_tokens: 4_000, messages: [question], tools, thinking: { type: 'adaptive' as const } };
    const whole = await client.messages.create(params);
    const streamed = await client.messages.stream(params).finalMessage();
    const blocks = [{ type: 'thinking', thinking: 'Graz is in Styria.', signature: 'c2lnbmVk' }, { type: 'redacted_thinking', data: 'ZW5jcnlwdGVk' }];
    expect(whole.content.slice(0, 2)).toEqual(blocks);
    expect(streamed.content.slice(0, 2)).toEqual(blocks);
    const ids = whole.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
    await client.messages.create({ ...params, messages: [question, { role: 'assistant', content: whole.content }, {
      role: 'user', content: ids.map((id) => ({ type: 'tool_result' as const, tool_use_id: id, content: 'rain' })),
    }] });
    const { messages } = served.standIns.anthropic.requests.at(-1)?.body as { messages: { content: object[] }[] };
    expect(messages[1]?.content.slice(0, 2)).toEqual(blocks);
  });

  test('is told how the prompt cache was used', async () => {
    served.standIns.anthropic.next({ text: 'Yes.', usage: { input: 5, cacheRead: 1_000, cacheWrite5m: 200, cacheWrite1h: 30, output: 2 } });
    const { usage } = await client.messages.create({ model, max_tokens: 50, messages: [question] });
    expect(usage).toMatchObject({
      input_tokens: 5, cache_read_input_tokens: 1_000, cache_creation_input_tokens: 230, output_tokens: 2,
      cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 30 },
    });
  });

  test('is told which stop sequence it met, and that a model declined', async () => {
    served.standIns.anthropic.next({ text: 'A', stopSequence: 'END' }, { text: '', finish: 'refused' });
    expect(await client.messages.create({ model, max_tokens: 50, messages: [question], stop_sequences: ['END'] })).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
    const declined = await client.messages.create({ model, max_tokens: 50, messages: [question] }).catch((error: unknown) => error);
    expect(declined).toMatchObject({ stop_reason: 'refusal' });
  });

  test('has its tokens counted, and the models listed', async () => {
    const counted = await client.messages.countTokens({ model: 'auto', system: 'Be brief.', messages: [question], tools });
    expect(counted.input_tokens).toBeGreaterThan(20);
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toEqual(expect.arrayContaining(['auto:best', ...Object.values(MODELS)]));
    expect(await client.models.retrieve(MODELS.ollama)).toMatchObject({ type: 'model', id: MODELS.ollama });
  });

  test('is told when a provider is overloaded', async () => {
    served.standIns.anthropic.always({ fail: 'overloaded' });
    const failure = await client.messages.create({ model, max_tokens: 50, messages: [question] }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 529, type: 'overloaded_error' });
  });
});
