import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ModelRequest } from '../../../../agent-runtime/src/providers/model.ts';
import type { Routing } from '../../../../agent-runtime/src/router/routed-model.ts';
import { thrownBy } from '../../providers/thrown-by.ts';
import { REQUEST, asking, claude, haiku, local, ollama, openai, routingOf, unpriced } from '../routed-stand-ins.ts';

const SECRET = 'ghp_1234567890abcdefghijklmnopqrstuvwx12';
const EMAIL = 'ada.lovelace@analytical-engines.co.uk';
const says = (content: string) => ({ ...REQUEST, messages: [{ role: 'user' as const, content }] });

test('a secret is taken out before it leaves, and put back into the answer', async () => {
  const { router, decisions } = await routingOf({ models: [haiku()] });
  claude.always((call) => `I saw: ${call.messages.at(-1)!.content}`);
  const response = await router.generate(says(`Is ${SECRET} a token? Ask ${EMAIL}.`), asking());
  const sent = JSON.stringify(claude.requests[0]!.body);
  expect(sent).not.toContain(SECRET);
  expect(sent).not.toContain(EMAIL);
  expect(response.text).toBe(`I saw: Is ${SECRET} a token? Ask ${EMAIL}.`);
  let streamed = '';
  for await (const part of router.stream(says(`Is ${SECRET} a token? Ask ${EMAIL}.`), asking())) if (part.type === 'text') streamed += part.text;
  expect(streamed).toBe(response.text);
  const decision = JSON.stringify(await decisions.find(response.decisionId));
  expect(decision).toContain('"redacted":true');
  expect(decision).not.toContain(SECRET);
});

test('what may not leave goes to a local model, also when that one fails', async () => {
  const forbid = { local: 'allow', eu: 'forbid', us: 'forbid', 'third-party': 'forbid' };
  const { router } = await routingOf({ models: [haiku(), unpriced(), local()], privacy: { treatments: { secret: forbid } } });
  expect((await router.generate(says(`Look at ${SECRET}`), asking({ policy: 'best' }))).model).toBe('ollama/qwen3');
  ollama.always({ fail: 'server-error' });
  expect((await thrownBy(router.generate(says(`Look at ${SECRET}`), asking({ policy: 'best' })))).kind).toBe('operational');
  expect(claude.hits + openai.hits).toBe(0);
  expect((await thrownBy(router.generate(says(`Look at ${SECRET}`), asking({ model: 'anthropic/claude-haiku-4-5' })))).code).toBe('privacy_refused');
  expect(claude.hits).toBe(0);
});

describe('the embedding model of the semantic cache', () => {
  const embedding = { endpoint: 'openai-compatible', model: 'text-embedding-3-small', kind: 'embedding' };
  const cache = { exact: { use: 'always' }, semantic: { enabled: true, threshold: 0.8, embeddingModel: 'openai-compatible/text-embedding-3-small' } };
  const last = 'How do I reset the password of my account?';
  const told = () => JSON.stringify(openai.requests.map(({ body }) => body));
  const ask = async (request: ModelRequest, routing: Partial<Routing> = {}) => {
    const { router } = await routingOf({ models: [local(), embedding], cache });
    await router.generate(request, asking(routing));
    // A reworded one is what the nearest is looked for.
    await router.generate({ ...request, messages: [...request.messages.slice(0, -1), { role: 'user', content: String(request.messages.at(-1)!.content).replace('How do I', 'How can I') }] }, asking(routing));
    await new Promise((resolve) => { setImmediate(resolve); });
  };

  test('is asked where nothing is against it', async () => {
    await ask(says(last));
    expect(told()).toContain(last);
  });

  test.each<[string, ModelRequest, Partial<Routing>]>([
    ['was declared a secret', says(last), { privacy: 'secret' }],
    ['follows a turn that is not for others', { ...REQUEST, messages: [
      { role: 'user', content: 'Do not send this to the cloud, keep it on premises.' }, { role: 'assistant', content: 'Fine.' }, { role: 'user', content: last }] }, {}],
  ])('is told nothing of a question that %s', async (_case, request, routing) => {
    await ask(request, routing);
    expect(openai.hits).toBe(0);
  });

  test('is told nothing where it became another one while the answer was written', async () => {
    const [here, there] = ['ollama', 'openai-compatible'].map((endpoint) => ({ endpoint, model: 'text-embedding-3-small', kind: 'embedding' }));
    const semantic = (endpoint: string) => ({ ...cache, semantic: { ...cache.semantic, embeddingModel: `${endpoint}/text-embedding-3-small` } });
    const { router, rewrite } = await routingOf({ models: [local(), here!], cache: semantic('ollama') });
    const ready = Promise.withResolvers<void>();
    ollama.next({ after: ready.promise, then: { text: 'By the link on the page.' } });
    const answer = router.generate(says(last), asking({ privacy: 'secret' }));
    await ollama.received(1);
    await rewrite({ models: [local(), there!], cache: semantic('openai-compatible') });
    ready.resolve();
    await answer;
    await new Promise((resolve) => { setImmediate(resolve); });
    expect(openai.hits).toBe(0);
  });

  test('is told no secret that only an earlier turn shows to be one', async () => {
    const password = 'Xq7Rt2Lm9Vb4Kz8W';
    await ask({ ...REQUEST, messages: [
      { role: 'user', content: `password = "${password}"` }, { role: 'assistant', content: 'Noted.' }, { role: 'user', content: `How do I tell whether ${password} is long enough?` }] });
    expect(openai.hits).toBeGreaterThan(0);
    expect(told()).not.toContain(password);
  });
});

test('whatever fails, no class ever reaches a place that is forbidden to it', async () => {
  const treatment = fc.constantFrom('allow', 'redact', 'forbid');
  const row = fc.record({ local: treatment, eu: treatment, us: treatment, 'third-party': treatment });
  const failing = fc.record({ claude: fc.boolean(), openai: fc.boolean(), ollama: fc.boolean() });
  const places = fc.record({ claude: fc.constantFrom('eu', 'us', 'third-party'), openai: fc.constantFrom('local', 'eu', 'us', 'third-party') });
  const { router, rewrite, logged } = await routingOf({ models: [haiku(), unpriced(), local()] });
  await fc.assert(fc.asyncProperty(row, row, failing, places, fc.constantFrom('best', 'cheapest', 'balanced'), fc.boolean(), async (secret, personal, fails, place, policy, streaming) => {
    const services = [claude, openai, ollama] as const;
    const before = services.map(({ requests }) => requests.length);
    await rewrite({
      endpoints: {
        anthropic: { provider: 'anthropic', baseUrl: claude.url, apiKeys: ['env:CLAUDE_KEY'], location: place.claude },
        'openai-compatible': { provider: 'openai-compatible', baseUrl: `${openai.url}/v1`, apiKeys: ['env:OPENAI_KEY'], location: place.openai },
        ollama: { provider: 'ollama', baseUrl: ollama.url, location: 'local', free: true },
      },
      models: [haiku(), unpriced(), local()], privacy: { treatments: { secret, 'personal-data': personal } },
      resilience: { breaker: { failures: 1_000 } },
    });
    expect(logged.filter(({ event }) => event === 'router-file-refused')).toEqual([]);
    services.forEach((service, index) => service.always(fails[(['claude', 'openai', 'ollama'] as const)[index]!] ? { fail: 'server-error' } : 'fine'));
    const request = says(`The key is ${SECRET}, the owner ${EMAIL}.`);
    const work = async () => {
      if (!streaming) return void await router.generate(request, asking({ policy }));
      for await (const _part of router.stream(request, asking({ policy })));
    };
    await work().catch(() => undefined);
    const treatments = [secret, personal];
    [place.claude, place.openai, 'local' as const].forEach((location, index) => {
      for (const { body } of services[index]!.requests.slice(before[index])) {
        expect(treatments.some((table) => table[location as 'us'] === 'forbid')).toBe(false);
        const sent = JSON.stringify(body);
        if (secret[location as 'us'] === 'redact') expect(sent).not.toContain(SECRET);
        if (personal[location as 'us'] === 'redact') expect(sent).not.toContain(EMAIL);
      }
    });
  }), { numRuns: 60 });
});
