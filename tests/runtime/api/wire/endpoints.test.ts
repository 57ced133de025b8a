import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AiosError } from '../../../../agent-runtime/src/errors.ts';
import type { ErrorCode } from '../../../../agent-runtime/src/errors.ts';
import { events } from './accumulate.ts';
import { API_KEY, model, response, scriptedRouter, startWireApp } from './wire-app.ts';
import type { ScriptedRouter, WireApp } from './wire-app.ts';

let router: ScriptedRouter;
let app: WireApp;
beforeAll(async () => {
  router = scriptedRouter();
  app = await startWireApp(router, { heartbeatMs: 20 });
});
afterAll(() => app.close());

const chat = { model: 'auto', messages: [{ role: 'user', content: 'Hi' }] };
const message = { ...chat, max_tokens: 100 };
const WIRES = [['/v1/chat/completions', chat], ['/v1/messages', message]] as const;

describe.each(WIRES)('%s', (path, body) => {
  test('says who answered, why and for how much, in the headers and in the answer', async () => {
    router.answer({ response: response({ costUsd: 0.0125 }) });
    const answer = await app.post(path, body);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8', 'x-aios-model': 'openai/gpt-x', 'x-aios-decision-id': 'decision-1', 'x-aios-cost-usd': '0.0125',
      'x-aios-cost-status': 'known', 'x-request-id': expect.any(String), 'request-id': expect.any(String),
    });
    expect(await answer.json()).toMatchObject({
      id: expect.stringMatching(/^(chatcmpl-|msg_)decision-1$/), model: 'openai/gpt-x',
      aios: { model: 'openai/gpt-x', decision_id: 'decision-1', cost_usd: 0.0125, cost_status: 'known', reason: 'It is the cheapest.', cached: false },
    });
  });

  test('has no cost in the headers where it is not known', async () => {
    router.answer({ response: response({ costUsd: null, costStatus: 'unknown' }) });
    const answer = await app.post(path, body);
    expect([answer.headers.get('x-aios-cost-usd'), answer.headers.get('x-aios-cost-status')]).toEqual([null, 'unknown']);
  });

  test.each<[string, object, object]>([
    ['auto', {}, {}],
    ['auto:cheapest', {}, { policy: 'cheapest' }],
    ['auto:cost-quality', { 'x-aios-policy': 'cost-quality' }, { policy: 'cost-quality' }],
    ['anthropic/claude', {}, { model: 'anthropic/claude' }],
    ['fast', {
      'x-aios-policy': 'best', 'x-aios-session': 's', 'x-aios-privacy': 'personal-data', 'x-aios-cost-limit-usd': '0.05', 'x-aios-cache': 'off',
      'x-aios-experiment-key': 'k',
    }, { model: 'fast', policy: 'best', session: 's', privacy: 'personal-data', costRemainingUsd: 0.05, cache: 'off', experimentKey: 'k' }],
  ])('routes %s %j', async (name, headers, routing) => {
    router.answer({});
    await app.post(path, { ...body, model: name }, headers as Record<string, string>);
    expect(router.calls.at(-1)?.options.routing).toEqual(routing);
  });

  test('says for whom the call is made', async () => {
    await app.post(path, body, { 'x-aios-agent': 'cto', 'x-aios-workflow': 'w 1', 'x-aios-task': 't' });
    expect(router.calls.at(-1)?.options.scope).toEqual({ tenant: 'tester', agent: 'cto', workflow: 'w 1', task: 't' });
  });

  test.each([
    ['x-aios-policy', 'dearest'], ['x-aios-privacy', 'top-secret'], ['x-aios-cost-limit-usd', '-1'], ['x-aios-cost-limit-usd', 'free'],
    ['x-aios-cache', 'no'], ['x-aios-session', 'x'.repeat(201)],
  ])('refuses the header %s: %s', async (header, value) => {
    const asked = router.calls.length;
    const answer = await app.post(path, body, { [header]: value });
    expect([answer.status, (await answer.json()).error.message]).toEqual([400, expect.stringMatching(`^${header}: `)]);
    expect(router.calls.length).toBe(asked);
  });

  test('refuses a policy that is not there, and two that differ', async () => {
    const unknown = await app.post(path, { ...body, model: 'auto:dearest' });
    expect([unknown.status, (await unknown.json()).error.message]).toEqual([404, expect.stringContaining('auto:cheapest')]);
    expect((await app.post(path, { ...body, model: 'auto:best' }, { 'x-aios-policy': 'cheapest' })).status).toBe(400);
  });

  test('takes the key as Anthropic\'s clients send it too, and no other', async () => {
    const post = (headers: Record<string, string>) => fetch(`${app.url}${path}`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body),
    });
    expect((await post({ 'x-api-key': API_KEY })).status).toBe(200);
    for (const headers of [{}, { 'x-api-key': 'wrong' }, { authorization: 'Bearer wrong', 'x-api-key': API_KEY }] as Record<string, string>[]) {
      const refused = await post(headers);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect((await refused.json()).error).toMatchObject({ type: 'authentication_error', code: 'unauthorized', message: expect.stringContaining('x-api-key') });
    }
  });

  test('fails in its own shape when the body cannot be read', async () => {
    const broken = await app.post(path, '{"model":');
    expect([broken.status, (await broken.json()).error.type]).toEqual([400, 'invalid_request_error']);
    const form = await app.post(path, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([form.status, (await form.json()).error.code]).toEqual([415, 'unsupported_media_type']);
    const large = await app.post(path, JSON.stringify({ ...body, x: 'x'.repeat(33 * 1024 * 1024) })).catch(() => null);
    // Node may cut the connection before the answer is read.
    if (large !== null) expect([large.status, (await large.json()).error.message]).toEqual([413, expect.stringContaining('32 MB')]);
    const none = await app.post(path, '');
    expect([none.status, (await none.json()).error.message]).toEqual([400, expect.stringMatching(/^body: must be an object/)]);
  });

  test('tells nothing of a bug but that it happened, and logs it', async () => {
    router.answer({ steps: [new TypeError('secret is not a function')] });
    const answer = await app.post(path, body);
    expect([answer.status, (await answer.json()).error.message]).toEqual([500, expect.not.stringContaining('secret')]);
    expect(app.log.join('')).toContain('secret is not a function');
    router.answer({});
  });

  test('streams, with the model in the headers', async () => {
    router.answer({ steps: [{ type: 'text', text: 'Hel' }, { type: 'text', text: 'lo.' }] });
    const answer = await app.post(path, { ...body, stream: true });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-aios-model': 'openai/gpt-x', 'x-aios-decision-id': 'decision-1',
      'x-request-id': expect.any(String),
    });
    expect(await answer.text()).toMatch(/Hel[^]*lo\.[^]*(\[DONE\]|message_stop"})\n\n$/);
  });

  test('streams each piece before the next one is there', async () => {
    const next = Promise.withResolvers<void>();
    router.answer({ steps: [{ type: 'text', text: 'first' }, next.promise, { type: 'text', text: 'second' }] });
    const reader = ((await app.post(path, { ...body, stream: true })).body as ReadableStream<Uint8Array>).getReader();
    const read = await readUntil(reader, 'first');
    expect(read).not.toContain('second');
    next.resolve();
    expect(await readUntil(reader, 'second')).toContain('second');
    await reader.cancel();
  });

  test('beats while a model is silent', async () => {
    const next = Promise.withResolvers<void>();
    router.answer({ steps: [{ type: 'text', text: 'a' }, next.promise] });
    const reader = ((await app.post(path, { ...body, stream: true })).body as ReadableStream<Uint8Array>).getReader();
    await readUntil(reader, path === '/v1/messages' ? 'event: ping\ndata: {"type":"ping"}\n\n' : ': keep-alive\n\n');
    next.resolve();
    await readUntil(reader, path === '/v1/messages' ? 'message_stop' : '[DONE]');
  });

  test('answers a failure before the first piece with its status', async () => {
    router.answer({ steps: [new AiosError('model_rate_limited', 'Wait.', { retryAfterMs: 1_500 })] });
    const answer = await app.post(path, { ...body, stream: true });
    expect(answer.status).toBe(429);
    expect([answer.headers.get('retry-after'), answer.headers.get('retry-after-ms'), answer.headers.get('x-should-retry')]).toEqual(['2', '1500', null]);
    expect((await answer.json()).error).toMatchObject({ type: 'rate_limit_error', message: 'Wait.', code: 'model_rate_limited' });
  });

  test('ends a stream that was cut upstream with an error', async () => {
    router.answer({ steps: [{ type: 'text', text: 'Hal' }, new AiosError('model_stream_cut', 'It broke off.')] });
    const text = await (await app.post(path, { ...body, stream: true })).text();
    const last = events(text).at(-1);
    expect(JSON.parse(last?.data ?? '').error).toMatchObject({ message: 'It broke off.', code: 'model_stream_cut' });
    expect(text).not.toMatch(/\[DONE\]|message_stop/);
  });

  test.each([true, false])('aborts the call as soon as the client goes (streamed: %s)', async (stream) => {
    const begun = Promise.withResolvers<void>();
    const never = new Promise<void>(() => {});
    router.answer({ steps: [...(stream ? [{ type: 'text', text: 'a' } as const] : []), never] });
    const asked = router.calls.length;
    const client = new AbortController();
    const answer = fetch(`${app.url}${path}`, {
      method: 'POST', signal: client.signal, headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' }, body: JSON.stringify({ ...body, stream }),
    }).then((response) => { begun.resolve(); return response.text(); });
    if (stream) await begun.promise;
    else while (router.calls.length === asked) await new Promise(setImmediate);
    const { signal } = router.calls.at(-1)?.options ?? { signal: null };
    expect(signal?.aborted).toBe(false);
    const aborted = once(signal as AbortSignal, 'abort');
    const at = performance.now();
    client.abort();
    await expect(answer).rejects.toThrow();
    await aborted;
    expect(performance.now() - at).toBeLessThan(100);
    router.answer({});
    while (!(await (await app.get('/metrics')).text()).includes(`route="${path}",status="499"`)) await new Promise(setImmediate);
  });

  test('does not take pieces faster than a slow client reads', async () => {
    const piece = { type: 'text', text: 'x'.repeat(64 * 1024) } as const;
    let taken = 0;
    const steps = Array.from({ length: 2_000 }, () => piece);
    const plain = router.stream;
    router.answer({ steps });
    Object.assign(router, { async* stream(...args: Parameters<typeof plain>) {
      for await (const part of plain(...args)) {
        taken++;
        yield part;
      }
    } });
    const client = httpRequest(`${app.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' } });
    client.end(JSON.stringify({ ...body, stream: true }));
    const [answer] = await once(client, 'response');
    // Nothing is read: the pieces stop once the buffers of both sides are full.
    for (let before = -1; taken !== before;) {
      before = taken;
      for (let i = 0; i < 200; i++) await new Promise(setImmediate);
    }
    expect(taken).toBeLessThan(steps.length / 2);
    const aborted = once(router.calls.at(-1)?.options.signal as AbortSignal, 'abort');
    answer.destroy();
    await aborted;
    Object.assign(router, { stream: plain });
    router.answer({});
  }, 30_000);
});

describe('failures', () => {
  test.each<[ErrorCode, number, string, number, string]>([
    ['invalid_request', 400, 'invalid_request_error', 400, 'invalid_request_error'],
    ['budget_exceeded', 402, 'insufficient_quota', 402, 'billing_error'],
    ['cost_limit_exceeded', 402, 'insufficient_quota', 402, 'billing_error'],
    ['model_not_permitted', 403, 'permission_error', 403, 'permission_error'],
    ['model_not_configured', 404, 'invalid_request_error', 404, 'not_found_error'],
    ['model_context_too_long', 413, 'invalid_request_error', 413, 'request_too_large'],
    ['privacy_refused', 422, 'invalid_request_error', 422, 'invalid_request_error'],
    ['model_rate_limited', 429, 'rate_limit_error', 429, 'rate_limit_error'],
    ['model_unavailable', 502, 'server_error', 502, 'api_error'],
    ['model_overloaded', 503, 'server_error', 529, 'overloaded_error'],
    ['model_circuit_open', 503, 'server_error', 529, 'overloaded_error'],
    ['store_unavailable', 503, 'server_error', 503, 'api_error'],
    ['model_timeout', 504, 'server_error', 504, 'timeout_error'],
  ])('%s is %i %s at OpenAI and %i %s at Anthropic', async (code, openAiStatus, openAiType, anthropicStatus, anthropicType) => {
    router.answer({ steps: [new AiosError(code, 'Why.')] });
    const openAi = await app.post('/v1/chat/completions', chat);
    expect([openAi.status, await openAi.json()]).toEqual([openAiStatus, {
      error: { message: 'Why.', type: openAiType, code, param: code === 'model_not_configured' ? 'model' : null },
    }]);
    const anthropic = await app.post('/v1/messages', message);
    expect([anthropic.status, await anthropic.json()]).toEqual([anthropicStatus, {
      type: 'error', error: { type: anthropicType, message: 'Why.', code }, request_id: anthropic.headers.get('request-id'),
    }]);
    expect(openAi.headers.get('x-should-retry')).toBe(openAiStatus === 429 || openAiStatus >= 500 ? null : 'false');
    router.answer({});
  });
});

describe('the bound of an answer that names none', () => {
  const boundFor = async (name: string, models: Parameters<ScriptedRouter['describe']>[0]): Promise<number | undefined> => {
    router.describe(models);
    await app.post('/v1/chat/completions', { ...chat, model: name });
    router.describe([model()]);
    return router.calls.at(-1)?.request.maxOutputTokens;
  };
  const small = model({ id: 'ollama/small', aliases: ['tiny'], contextWindow: 4_096, maxOutputTokens: 4_096 });

  test('is 8,192 tokens where the model allows it', async () => {
    expect(await boundFor('openai/gpt-x', [model(), small])).toBe(8_192);
  });
  test.each(['ollama/small', 'tiny', 'small', 'auto'])('leaves a small model half of its window for the question: %s', async (name) => {
    expect(await boundFor(name, [model(), small])).toBe(2_048);
  });
  test('is not ruled by embedding models', async () => {
    expect(await boundFor('auto', [model(), model({ kind: 'embedding', contextWindow: 512, maxOutputTokens: 1 })])).toBe(8_192);
  });
});

describe('/v1/embeddings', () => {
  const expected = [0, 0.5, -0.25];
  test('gives vectors in their order, as numbers or as bytes', async () => {
    const answer = await app.post('/v1/embeddings', { model: 'e', input: ['a', 'b'], dimensions: 3 }, { 'x-aios-agent': 'cto' });
    expect(await answer.json()).toEqual({
      object: 'list', model: 'openai/e', usage: { prompt_tokens: 7, total_tokens: 7 },
      data: [{ object: 'embedding', index: 0, embedding: expected }, { object: 'embedding', index: 1, embedding: [1, 0.5, -0.25] }],
      aios: { model: 'openai/e', decision_id: 'decision-e', cost_usd: null, cost_status: 'unknown' },
    });
    expect(answer.headers.get('x-aios-decision-id')).toBe('decision-e');
    expect(router.calls.at(-1)).toMatchObject({ inputs: ['a', 'b'], options: { routing: { model: 'e' }, scope: { agent: 'cto' }, dimensions: 3 } });
    const bytes = await (await app.post('/v1/embeddings', { model: 'auto', input: 'a', encoding_format: 'base64' })).json();
    expect([...new Float32Array(Uint8Array.from(Buffer.from(bytes.data[0].embedding, 'base64')).buffer)]).toEqual(expected);
  });

  test.each<[string, string, object]>([
    ['invalid_request', 'input', {}], ['invalid_request', 'input', { input: [] }], ['invalid_request', 'input[1]', { input: ['a', ''] }],
    ['unsupported_parameter', 'input[0]', { input: [1, 2] }], ['unsupported_parameter', 'input[0]', { input: [[1, 2]] }],
    ['invalid_request', 'encoding_format', { input: 'a', encoding_format: 'int8' }], ['invalid_request', 'dimensions', { input: 'a', dimensions: 0 }],
    ['unsupported_parameter', 'truncate', { input: 'a', truncate: true }],
  ])('answers %s of %s', async (code, param, body) => {
    const answer = await app.post('/v1/embeddings', { model: 'e', ...body });
    expect([answer.status, (await answer.json()).error]).toEqual([400, expect.objectContaining({ code, param })]);
  });
});

describe('/v1/messages/count_tokens', () => {
  test('counts without a bound', async () => {
    const answer = await app.post('/v1/messages/count_tokens', { ...chat, system: 'A' });
    expect([answer.status, await answer.json()]).toEqual([200, { input_tokens: 42 }]);
    expect(router.calls.at(-1)?.request.system).toBe('A');
  });
  test('knows the models that can be called, by each of their names', async () => {
    router.describe([model(), model({ id: 'a/twin', aliases: [] }), model({ id: 'b/twin', aliases: [] }), model({ id: 'a/e', aliases: [], kind: 'embedding' })]);
    const statusOf = async (name: string) => (await app.post('/v1/messages/count_tokens', { ...chat, model: name })).status;
    for (const name of ['auto', 'auto:best', 'openai/gpt-x', 'fast', 'gpt-x', 'a/twin']) expect([name, await statusOf(name)]).toEqual([name, 200]);
    for (const name of ['no/such', 'auto:no', 'twin', 'a/e', 'e']) expect([name, await statusOf(name)]).toEqual([name, 404]);
    expect(await (await app.post('/v1/messages/count_tokens', { ...chat, model: 'no/such' })).json()).toMatchObject({
      type: 'error', error: { type: 'not_found_error', code: 'model_not_configured', message: expect.stringContaining('no/such') },
    });
    router.describe([model()]);
  });
  test('fails in Anthropic\'s shape', async () => {
    expect(await (await app.post('/v1/messages/count_tokens', {})).json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  });
});

describe('/v1/models', () => {
  const ids = ['auto', 'auto:balanced', 'auto:cheapest', 'auto:best', 'auto:fastest', 'auto:cost-quality', 'openai/gpt-x'];

  test('is our list and OpenAI\'s in one', async () => {
    const list = await (await app.get('/v1/models')).json();
    expect(list).toMatchObject({ models: [{ id: 'openai/gpt-x', provider: 'openai', aliases: ['fast'], price: 'known' }], object: 'list' });
    expect(list.data.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(list.data.at(-1)).toEqual({ id: 'openai/gpt-x', object: 'model', created: 0, owned_by: 'openai' });
  });

  test('is Anthropic\'s for its clients', async () => {
    const list = await (await app.get('/v1/models', { 'anthropic-version': '2023-06-01' })).json();
    expect(list).toMatchObject({ has_more: false, first_id: 'auto', last_id: 'openai/gpt-x' });
    expect(list.data.at(-1)).toMatchObject({ type: 'model', id: 'openai/gpt-x', display_name: 'openai/gpt-x', created_at: expect.any(String), max_input_tokens: 128_000 });
  });

  test.each(['openai/gpt-x', 'openai%2Fgpt-x', 'fast'])('has each model under its id: %s', async (id) => {
    expect(await (await app.get(`/v1/models/${id}`)).json()).toMatchObject({ id: 'openai/gpt-x', object: 'model', owned_by: 'openai' });
  });

  test('says of a model that is not there so that every client understands it', async () => {
    const answer = await app.get('/v1/models/no/such');
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ code: 'not_found', error: expect.objectContaining({ type: 'invalid_request_error' }) })]);
    const anthropic = await app.get('/v1/models/no/such', { 'anthropic-version': '2023-06-01' });
    expect([anthropic.status, await anthropic.json()]).toEqual([404, expect.objectContaining({ type: 'error', error: expect.objectContaining({ type: 'not_found_error' }) })]);
  });
});

test('requests of other wires are counted, and not logged one by one', async () => {
  router.answer({});
  await app.post('/v1/chat/completions', chat);
  expect(await (await app.get('/metrics')).text()).toMatch(/aios_http_request_seconds_count\{method="POST",route="\/v1\/chat\/completions",status="200"\} \d+/);
  expect(app.log.filter((line) => line.includes('"event":"request"') && line.includes('/v1/chat/completions'))).toEqual([]);
});

async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string): Promise<string> {
  let text = '';
  while (!text.includes(wanted)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The stream ended before ${wanted}: ${text}`);
    text += new TextDecoder().decode(value);
  }
  return text;
}
