import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Message, Model, ModelRequest, ModelStreamPart, ToolDefinition } from '../../../agent-runtime/src/providers/model.ts';
import type { LlmStandIn } from '../../stand-ins/llm/stand-in.ts';
import { PROVIDERS, REQUEST, never } from './each-provider.ts';
import { partsOf } from './thrown-by.ts';

const WEATHER: ToolDefinition = {
  name: 'get_weather', description: 'The weather of a city', inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const CLOCK: ToolDefinition = { name: 'get_time', inputSchema: { type: 'object', properties: {} } };
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const WITH_TOOLS: ModelRequest = { ...REQUEST, tools: [WEATHER, CLOCK] };

/** A conversation in which two tools were called and one gave a picture back. */
const HISTORY: readonly Message[] = [
  { role: 'user', content: [{ type: 'text', text: 'What is this, and how is the weather?' }, { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: PIXEL } }] },
  { role: 'assistant', content: [
    { type: 'reasoning', text: 'not signed by anybody' },
    { type: 'text', text: 'Let me see.' },
    { type: 'tool-call', id: 'call.1:a', name: 'get_weather', argumentsText: '{"city":"Graz"}' },
    { type: 'tool-call', id: 'call_2', name: 'get_time', argumentsText: '' },
  ] },
  { role: 'user', content: [
    { type: 'tool-result', callId: 'call.1:a', content: [{ type: 'text', text: 'rain' }, { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: PIXEL } }] },
    { type: 'tool-result', callId: 'call_2', toolName: 'get_time', content: 'the clock is broken', isError: true },
    { type: 'text', text: 'And now?' },
  ] },
];

describe.each(PROVIDERS)('$name', ({ start, create }) => {
  let standIn: LlmStandIn;
  let model: Model;
  beforeEach(async () => {
    standIn = await start();
    model = create(standIn.url);
  });
  afterEach(() => standIn.close());

  test('tools are offered, and their calls come back, whole and streamed', async () => {
    standIn.always({ text: 'One moment.', toolCalls: [{ name: 'get_weather', arguments: { city: 'Sankt Pölten an der Traisen' } }, { name: 'get_time' }] });
    const whole = await model.generate(WITH_TOOLS, { signal: never });
    expect(standIn.requests[0]!.tools).toEqual([{ name: 'get_weather', schema: WEATHER.inputSchema }, { name: 'get_time', schema: CLOCK.inputSchema }]);
    expect(whole).toMatchObject({ text: 'One moment.', finishReason: 'tool-calls' });
    expect(whole.toolCalls!.map(({ name, argumentsText }) => [name, JSON.parse(argumentsText)])).toEqual([['get_weather', { city: 'Sankt Pölten an der Traisen' }], ['get_time', {}]]);
    expect(new Set(whole.toolCalls!.map(({ id }) => id)).size).toBe(2);
    const parts = await partsOf(model.stream(WITH_TOOLS, { signal: never }));
    const end = parts.at(-1) as Extract<ModelStreamPart, { type: 'end' }>;
    expect(parts.filter(({ type }) => type === 'tool-call')).toMatchObject([{ index: 0, name: 'get_weather' }, { index: 1, name: 'get_time' }]);
    for (const [index, call] of end.response.toolCalls!.entries()) {
      expect(parts.flatMap((part) => (part.type === 'tool-call-arguments' && part.index === index ? [part.text] : [])).join('')).toBe(call.argumentsText);
    }
    expect(end.response).toMatchObject({ finishReason: 'tool-calls', text: 'One moment.', toolCalls: whole.toolCalls!.map(({ name }) => ({ name })) });
  });

  test('a conversation with calls, results, errors and pictures is taken', async () => {
    await model.generate({ ...WITH_TOOLS, messages: HISTORY }, { signal: never });
    const [{ messages, images, body }] = standIn.requests as [LlmStandIn['requests'][number]];
    const text = messages.map(({ content }) => content).join('\n');
    for (const piece of ['What is this', 'Let me see.', 'rain', 'the clock is broken', 'And now?']) expect(text).toContain(piece);
    expect(images).toHaveLength(2);
    expect(images.every(({ url }) => url.endsWith(`;base64,${PIXEL}`))).toBe(true);
    expect(JSON.stringify(body)).not.toContain('not signed by anybody');
    expect(JSON.stringify(body)).toContain('Graz');
  });

  test('arguments that a model broke are not refused when they go back', async () => {
    await model.generate({ ...WITH_TOOLS, messages: [
      REQUEST.messages[0]!,
      { role: 'assistant', content: [{ type: 'tool-call', id: 'c1', name: 'get_weather', argumentsText: '{"city": "Gr' }] },
      { role: 'user', content: [{ type: 'tool-result', callId: 'c1', content: 'cannot be read', isError: true }] },
    ] }, { signal: never });
    expect(JSON.stringify(standIn.requests[0]!.body)).toContain('invalid_arguments');
  });

  test('thinking is shown apart from the answer, whole and streamed', async () => {
    standIn.always({ text: '42', thoughts: [{ text: 'Six sevens, as everybody knows, are forty-two.', signature: 'c2ln' }] });
    const whole = await model.generate(REQUEST, { signal: never });
    expect(whole).toMatchObject({ text: '42', reasoning: [{ type: 'reasoning', text: 'Six sevens, as everybody knows, are forty-two.' }] });
    const parts = await partsOf(model.stream(REQUEST, { signal: never }));
    expect(parts.flatMap((part) => (part.type === 'reasoning' ? [part.text] : [])).join('')).toBe('Six sevens, as everybody knows, are forty-two.');
    expect(parts.at(-1)).toMatchObject({ response: { text: '42', reasoning: whole.reasoning } });
  });

  test('stop sequences are passed on, and a JSON object is asked for', async () => {
    standIn.next('{}');
    await model.generate({ ...REQUEST, stopSequences: ['END'], jsonObject: true, endUser: 'user-7', seed: 4 }, { signal: never });
    const body = JSON.stringify(standIn.requests[0]!.body);
    expect(body).toContain('["END"]');
    expect(body).toMatch(/json/i);
  });

  test('a picture by its address goes to who can fetch it, and is refused in words by who cannot', async () => {
    const messages: Message[] = [{ role: 'user', content: [{ type: 'image', source: { kind: 'url', url: 'https://example.com/cat.png' } }, { type: 'text', text: 'What is it?' }] }];
    const call = model.generate({ ...REQUEST, messages }, { signal: never });
    if (model.provider === 'ollama') await expect(call).rejects.toMatchObject({ code: 'model_request_rejected', message: expect.stringContaining('not by an address') });
    else {
      await call;
      expect(standIn.requests[0]!.images).toEqual([{ role: 'user', url: 'https://example.com/cat.png' }]);
    }
  });
});
