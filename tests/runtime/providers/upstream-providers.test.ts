import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import type { Model } from '../../../agent-runtime/src/providers/model.ts';
import { partialUsageOf } from '../../../agent-runtime/src/providers/partial-usage.ts';
import type { FailureKind } from '../../stand-ins/llm/behaviour.ts';
import type { LlmStandIn } from '../../stand-ins/llm/stand-in.ts';
import { PROVIDERS, REQUEST, never } from './each-provider.ts';
import { partsOf, thrownBy } from './thrown-by.ts';

const SCHEMA = {
  type: 'object', additionalProperties: false, required: ['word', 'count'],
  properties: { word: { type: 'string' }, count: { type: 'integer', minimum: 0, maximum: 9 } },
};
describe.each(PROVIDERS)('$name', ({ name, start, create }) => {
  let standIn: LlmStandIn;
  let model: Model;
  beforeEach(async () => {
    standIn = await start();
    model = create(standIn.url);
  });
  afterEach(() => standIn.close());

  test('answers with the exact text, its usage and one upstream call', async () => {
    standIn.next({ text: ' 42 \n', usage: { input: 11, output: 3 } });
    const response = await model.generate(REQUEST, { signal: never });
    expect(response.text).toBe(' 42 \n');
    expect(response.finishReason).toBe('stop');
    expect(response.usage).toMatchObject({ input: 11, output: 3, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 });
    expect(response.usageKnown ?? true).toBe(true);
    expect(standIn.requests).toHaveLength(1);
    expect(standIn.requests[0]).toMatchObject({ system: 'You are brief.', stream: false, maxTokens: 500, messages: REQUEST.messages });
  });

  test('streams the same text in parts and ends with the whole answer', async () => {
    const text = 'a longer answer, so that it comes in several parts — ünïcode too';
    standIn.next({ text, usage: { input: 20, output: 9 } });
    const parts = await partsOf(model.stream(REQUEST, { signal: never }));
    const end = parts.at(-1)!;
    expect(parts.slice(0, -1).map((part) => (part.type === 'text' ? part.text : '')).join('')).toBe(text);
    expect(parts.length).toBeGreaterThan(3);
    expect(end).toMatchObject({ type: 'end', response: { text, finishReason: 'stop', usage: { input: 20, output: 9 } } });
    expect(standIn.requests[0]!.stream).toBe(true);
  });

  test('asks for JSON of a schema by the native way of the service', async () => {
    standIn.next('{"word":"six","count":6}');
    const response = await model.generate({ ...REQUEST, outputSchema: { name: 'a_word', jsonSchema: SCHEMA } }, { signal: never });
    expect(JSON.parse(response.text)).toEqual({ word: 'six', count: 6 });
    expect(standIn.requests[0]!.schema).toMatchObject({ type: 'object', required: ['word', 'count'] });
    expect(standIn.requests[0]!.system).toBe('You are brief.');
  });

  test('tells an answer that was cut at its limit', async () => {
    standIn.always({ text: 'and so', finish: 'length' });
    expect((await model.generate(REQUEST, { signal: never })).finishReason).toBe('length');
    expect((await partsOf(model.stream(REQUEST, { signal: never }))).at(-1)).toMatchObject({ response: { finishReason: 'length' } });
  });

  test.each<[FailureKind, string]>([
    ['rate-limited', 'model_rate_limited'], ['overloaded', 'model_overloaded'], ['unauthorized', 'model_unauthorized'],
    ['forbidden', 'model_unauthorized'], ['billing', 'model_billing'], ['not-found', 'model_not_found'], ['bad-request', 'model_request_rejected'],
    ['context-too-long', 'model_context_too_long'], ['server-error', 'model_unavailable'],
  ])('reports %s as %s, without a retry of its own and without the key', async (kind, code) => {
    standIn.always({ fail: kind });
    for (const call of [() => model.generate(REQUEST, { signal: never }), () => partsOf(model.stream(REQUEST, { signal: never }))]) {
      const error = await thrownBy(call());
      expect(error.code).toBe(code);
      expect(error.message).toContain(model.id.split('/')[1]!);
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toMatch(/sk-test|secretkey|tkey/);
      expect(partialUsageOf(error)).toBeNull();
    }
    expect(standIn.requests).toHaveLength(2);
  });

  test.each([['7', 7_000], ['0.5', 500]])('reads retry-after: %s', async (retryAfter, milliseconds) => {
    standIn.next({ fail: 'rate-limited', retryAfter });
    expect((await thrownBy(model.generate(REQUEST, { signal: never }))).retryAfterMs).toBe(milliseconds);
  });

  test('reads retry-after as a date', async () => {
    standIn.next({ fail: 'overloaded', retryAfter: new Date(Date.now() + 60_000).toUTCString() });
    const { retryAfterMs } = await thrownBy(model.generate(REQUEST, { signal: never }));
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  test.each(['end', 'reset'] as const)('a stream that breaks off (%s) is never a clean end', async (cut) => {
    standIn.next({ cut, text: 'one two three four five six seven eight nine ten eleven twelve', afterChunks: 2 });
    const texts: string[] = [];
    const error = await thrownBy((async () => {
      for await (const part of model.stream(REQUEST, { signal: never })) {
        expect(part.type).toBe('text');
        if (part.type === 'text') texts.push(part.text);
      }
    })());
    expect(error.code).toBe('model_stream_cut');
    expect(error.kind).toBe('operational');
    expect(texts.join('')).toMatch(/^one two/);
    expect(partialUsageOf(error)).not.toBeNull();
  });

  test('a stream that breaks off before its first part is cut as well', async () => {
    standIn.next({ cut: 'end', text: 'never told', afterChunks: 0 });
    expect((await thrownBy(partsOf(model.stream(REQUEST, { signal: never })))).code).toBe('model_stream_cut');
  });

  test('a connection that is cut before the answer is operational and may have been paid for', async () => {
    standIn.next({ cut: 'reset', text: '', afterChunks: 0 });
    const error = await thrownBy(model.generate(REQUEST, { signal: never }));
    expect(error.code).toBe('model_unavailable');
    expect(partialUsageOf(error)).not.toBeNull();
  });

  test('what is not JSON is operational, in an answer and in a stream', async () => {
    standIn.always({ brokenJson: true });
    expect((await thrownBy(model.generate(REQUEST, { signal: never }))).kind).toBe('operational');
    expect((await thrownBy(partsOf(model.stream(REQUEST, { signal: never })))).kind).toBe('operational');
  });

  test('an error inside a stream keeps its meaning', async () => {
    standIn.next({ failInStream: 'overloaded', text: 'one two three four five six seven eight', afterChunks: 1 });
    const error = await thrownBy(partsOf(model.stream(REQUEST, { signal: never })));
    expect(error.kind).toBe('operational');
    expect(['model_overloaded', 'model_unavailable']).toContain(error.code);
    expect(partialUsageOf(error)).not.toBeNull();
  });

  test.each(['generate', 'stream'] as const)('a timeout of the signal ends a %s that stalls', async (way) => {
    standIn.always({ stall: true, afterChunks: 1 });
    const signal = AbortSignal.timeout(150);
    const call = way === 'generate' ? model.generate(REQUEST, { signal }) : partsOf(model.stream(REQUEST, { signal }));
    const error = await thrownBy(call);
    expect(error.code).toBe('model_timeout');
    expect(partialUsageOf(error)).not.toBeNull();
  });

  test.each(['generate', 'stream'] as const)('an abort of the caller ends a %s with the caller\'s own error', async (way) => {
    standIn.always({ stall: true });
    const controller = new AbortController();
    const reason = new AiosError('lease_lost', 'Another worker took the task over.');
    const call = thrownBy(way === 'generate' ? model.generate(REQUEST, { signal: controller.signal }) : partsOf(model.stream(REQUEST, { signal: controller.signal })));
    await standIn.received(1);
    controller.abort(reason);
    expect(await call).toMatchObject({ code: 'lease_lost', message: reason.message });
  });

  test('a server that is not there is operational, names its address and cost nothing', async () => {
    const absent = await start();
    const gone = create(absent.url);
    await absent.close();
    const error = await thrownBy(gone.generate(REQUEST, { signal: never }));
    expect(error.code).toBe('model_unavailable');
    expect(error.message).toContain(new URL(absent.url).host);
    expect(error.message).toContain('ECONNREFUSED');
    expect(partialUsageOf(error)).toBeNull();
  });

  test('an answer without usage says so', async () => {
    standIn.always({ text: '42', usage: 'none' });
    expect(await model.generate(REQUEST, { signal: never })).toMatchObject({ text: '42', usageKnown: false });
  });

  test('a conversation keeps its order', async () => {
    const messages = [{ role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }, { role: 'user', content: 'c' }] as const;
    await model.generate({ ...REQUEST, messages }, { signal: never });
    expect(standIn.requests[0]!.messages).toEqual(messages);
  });

  test('is named provider/model', () => {
    expect(model.id).toBe(`${name}/${model.id.split('/').slice(1).join('/')}`);
    expect(model.provider).toBe(name);
    expect(model.offline).toBe(false);
  });

  test('is named and limited as a configuration says, and its errors name that', async () => {
    const url = new URL(standIn.url);
    url.username = 'somebody';
    url.password = 'pa55word';
    const configured = create(url.href.replace(/\/$/, ''), {
      provider: 'eu', contextWindow: 9_000, maxOutputTokens: 40, abilities: { images: false, tools: false }, settings: 'the provider eu in router.yaml',
    });
    expect(configured).toMatchObject({ id: `eu/${model.id.split('/')[1]}`, provider: 'eu', contextWindow: 9_000, maxOutputTokens: 40, endpoint: model.endpoint });
    expect(configured.abilities).toMatchObject({ images: false, tools: false, streaming: true });
    expect(configured.endpoint).not.toContain('pa55word');
    await configured.generate(REQUEST, { signal: never });
    expect(standIn.requests[0]!.maxTokens).toBe(40);
    standIn.next({ fail: 'unauthorized' });
    const error = await thrownBy(configured.generate(REQUEST, { signal: never }));
    expect(error.message).toContain('Check the provider eu in router.yaml');
    expect(error.message).not.toMatch(/_API_KEY|_HOST|pa55word/);
  });

  test('uses the key of the call, and keeps it out of errors', async () => {
    await model.generate(REQUEST, { signal: never, apiKey: 'key-of-the-call-123' });
    await model.generate(REQUEST, { signal: never });
    const keys = standIn.requests.map(({ headers }) => `${headers.authorization ?? ''}${String(headers['x-api-key'] ?? '')}`);
    expect(keys[0]).toContain('key-of-the-call-123');
    expect(keys[1]).not.toContain('key-of-the-call-123');
    standIn.next({ status: 500, body: { error: 'the key key-of-the-call-123 made us fail' } });
    const error = await thrownBy(model.generate(REQUEST, { signal: never, apiKey: 'key-of-the-call-123' }));
    expect(`${error.message} ${error.stack}`).not.toContain('key-of-the-call-123');
  });
});
