import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import type { ChatCompletionFunctionTool } from 'openai/resources/chat/completions';
import { CITY_SCHEMA, MODELS, PIXEL, SERVICES, aborted, startServedRuntime } from '../each-service.ts';
import type { ServedRuntime } from '../each-service.ts';
import { API_KEY } from '../../test-runtime.ts';

let served: ServedRuntime;
let client: OpenAI;
beforeAll(async () => {
  served = await startServedRuntime();
  client = new OpenAI({ apiKey: API_KEY, baseURL: `${served.runtime.url}/v1`, maxRetries: 0 });
});
afterAll(() => served.stop());

const tools: ChatCompletionFunctionTool[] = ['get_weather', 'get_time'].map((name) => ({ type: 'function', function: { name, description: 'Tells it', parameters: { ...CITY_SCHEMA } } }));
const question = { role: 'user', content: 'How is Graz?' } as const;
/** A server that is not OpenAI's own has prices of its own. */
const COSTS = { anthropic: 'known', openai: 'unknown', ollama: 'free' };
const calls = { text: 'One moment.', toolCalls: [{ name: 'get_weather', arguments: { city: 'Graz' } }, { name: 'get_time', arguments: { city: 'Graz' } }] };

describe.each(SERVICES)("OpenAI's client with a model of %s", (service) => {
  const model = MODELS[service];
  const standIn = () => served.standIns[service];
  const lastBody = () => JSON.stringify(standIn().requests.at(-1)?.body);

  test('gets an answer with its usage and what it cost', async () => {
    standIn().next({ text: 'Fine.', usage: { input: 20, output: 4 } });
    const { data, response } = await client.chat.completions.create({
      model, messages: [{ role: 'system', content: 'Be brief.' }, question], max_completion_tokens: 50, stop: ['END'],
    }).withResponse();
    expect(data).toMatchObject({
      object: 'chat.completion', model, choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Fine.', refusal: null } }],
      usage: { prompt_tokens: 20, completion_tokens: 4, total_tokens: 24 },
      aios: { model, decision_id: response.headers.get('x-aios-decision-id'), cached: false },
    });
    expect(data.id).toBe(`chatcmpl-${response.headers.get('x-aios-decision-id')}`);
    const { cost_usd: cost } = (data as unknown as { aios: { cost_usd: number | null } }).aios;
    expect([response.headers.get('x-aios-cost-status'), response.headers.get('x-aios-cost-usd')]).toEqual([COSTS[service], cost === null ? null : String(cost)]);
    expect(standIn().requests.at(-1)).toMatchObject({ system: 'Be brief.', messages: [question], maxTokens: 50, stream: false });
    expect(lastBody()).toContain('["END"]');
  });

  test('streams the same answer, with usage at the end', async () => {
    const text = 'A longer answer, in several pieces: é, 😀 and "quotes" \\ too.';
    standIn().next({ text, usage: { input: 20, output: 9 }, chunkBytes: [7, 1, 13] });
    const stream = client.chat.completions.stream({ model, messages: [question], stream_options: { include_usage: true } });
    const pieces: string[] = [];
    stream.on('content', (piece) => { pieces.push(piece); });
    const completion = await stream.finalChatCompletion();
    expect(completion.choices[0]?.message.content).toBe(text);
    expect(pieces.length).toBeGreaterThan(1);
    expect(completion).toMatchObject({ model, usage: { prompt_tokens: 20, completion_tokens: 9, total_tokens: 29 }, aios: { model } });
  });

  test('calls two tools at once, streamed or not, and gets their results told', async () => {
    standIn().next(calls, calls, 'It rains at noon.');
    const whole = await client.chat.completions.create({ model, messages: [question], tools });
    const streamed = await client.chat.completions.stream({ model, messages: [question], tools }).finalChatCompletion();
    for (const { choices: [choice] } of [whole, streamed]) {
      expect(choice).toMatchObject({ finish_reason: 'tool_calls', message: { content: 'One moment.' } });
      expect(choice?.message.tool_calls?.map((call) => call.type === 'function' && [call.function.name, JSON.parse(call.function.arguments)]))
        .toEqual([['get_weather', { city: 'Graz' }], ['get_time', { city: 'Graz' }]]);
      expect(new Set(choice?.message.tool_calls?.map(({ id }) => id)).size).toBe(2);
    }
    const message = whole.choices[0]?.message;
    if (!message?.tool_calls) throw new Error('no calls');
    const end = await client.chat.completions.create({
      model, tools, messages: [question, message, ...message.tool_calls.map(({ id }, i) => ({ role: 'tool' as const, tool_call_id: id, content: ['rain', 'noon'][i] ?? '' }))],
    });
    expect(end.choices[0]?.message.content).toBe('It rains at noon.');
    expect(lastBody()).toMatch(/rain[^]*noon/);
  });

  test('shows an image', async () => {
    await client.chat.completions.create({ model, messages: [{ role: 'user', content: [
      { type: 'text', text: 'What is it?' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
    ] }] });
    expect(standIn().requests.at(-1)?.images).toEqual([{ role: 'user', url: expect.stringContaining(PIXEL) }]);
  });

  test('gets JSON by a schema', async () => {
    const completion = await client.chat.completions.parse({
      model, messages: [question], response_format: { type: 'json_schema', json_schema: { name: 'place', strict: true, schema: { ...CITY_SCHEMA } } },
    });
    expect(completion.choices[0]?.message.parsed).toEqual({ city: '' });
    expect(standIn().requests.at(-1)?.schema).toMatchObject({ properties: { city: { type: 'string' } } });
  });

  test('is told when the bound of tokens ended the answer', async () => {
    standIn().next({ text: 'Half', finish: 'length' });
    expect((await client.chat.completions.create({ model, messages: [question], max_tokens: 1 })).choices[0]?.finish_reason).toBe('length');
  });

  test('is told what failed, in the form that it knows', async () => {
    standIn().always({ fail: 'not-found' });
    const failure = await client.chat.completions.create({ model, messages: [question] }).catch((error: unknown) => error);
    standIn().always((call) => `Stand-in answer to: ${call.messages.at(-1)?.content ?? ''}`);
    expect(failure).toBeInstanceOf(OpenAI.NotFoundError);
    expect(failure).toMatchObject({ status: 404, code: 'model_not_found', type: 'invalid_request_error', requestID: expect.any(String) });
  });

  test('is told that a stream was cut, after what came', async () => {
    standIn().next({ cut: 'end', text: 'This will not be all of it, not at all, never.', afterChunks: 1 });
    const stream = await client.chat.completions.create({ model, messages: [question], stream: true });
    let text = '';
    const read = async () => { for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''; };
    await expect(read()).rejects.toMatchObject({ code: expect.stringMatching(/^model_(stream_cut|unavailable)$/) });
    expect(text).not.toBe('');
  });

  test.each([true, false])('cancels the call upstream within 100 ms (streaming: %s)', async (stream) => {
    const took: number[] = [];
    // The first one also pays for loading what cancels.
    for (let round = 0; round < 3; round++) {
      standIn().next({ stall: true, afterChunks: stream ? 1 : 0 });
      const call = standIn().hits;
      const controller = new AbortController();
      const answer = client.chat.completions.create({ model, messages: [question], stream }, { signal: controller.signal });
      const reading = (async () => {
        if (!stream) await answer;
        else for await (const _ of await answer as AsyncIterable<unknown>) controller.abort();
      })().catch(() => {});
      await standIn().received(call + 1);
      if (!stream) controller.abort();
      await aborted(controller.signal);
      const at = performance.now();
      took.push(await standIn().disconnected(call) - at);
      await reading;
    }
    expect(Math.min(...took)).toBeLessThan(100);
  });
});

describe("OpenAI's client with the router", () => {
  test('lists models and policies, and reads each', async () => {
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toEqual(expect.arrayContaining(['auto', 'auto:cheapest', ...Object.values(MODELS)]));
    expect(await client.models.retrieve(MODELS.ollama)).toMatchObject({ id: MODELS.ollama, object: 'model', owned_by: 'ollama' });
  });

  test('is given the cheapest model where it asks for that, or names one without its provider', async () => {
    expect((await client.chat.completions.create({ model: 'auto:cheapest', messages: [question] })).model).toBe(MODELS.ollama);
    expect((await client.chat.completions.create({ model: 'gpt-4.1-mini', messages: [question] })).model).toBe(MODELS.openai);
  });

  test('is told of near names where there is no such model', async () => {
    const failure = await client.chat.completions.create({ model: 'gpt-4.1-mni', messages: [question] }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 404, code: 'model_not_configured', param: 'model', message: expect.stringContaining('gpt-4.1-mini') });
  });

  test('is refused what would be dearer than it allows', async () => {
    const failure = await client.chat.completions.create({ model: MODELS.anthropic, messages: [question] }, { headers: { 'x-aios-cost-limit-usd': '0.000001' } })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 402, type: 'insufficient_quota', code: 'cost_limit_exceeded' });
  });

  test('is told of a wrong key and of a wrong field', async () => {
    const stranger = new OpenAI({ apiKey: 'wrong', baseURL: `${served.runtime.url}/v1`, maxRetries: 0 });
    await expect(stranger.chat.completions.create({ model: 'auto', messages: [question] })).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
    await expect(client.chat.completions.create({ model: 'auto', messages: [question], temperature: 3 })).rejects.toMatchObject({ status: 400, param: 'temperature' });
  });
});
