import { describe, expect, test } from '@jest/globals';
import { AiosError } from '../../../../agent-runtime/src/errors.ts';
import type { CatalogueSnapshot } from '../../../../agent-runtime/src/router/catalogue/catalogue.ts';
import { catalogueOf, environment, secrets } from './catalogue-of.ts';

const ids = ({ chat }: CatalogueSnapshot) => chat.map(({ model }) => model.id);
const errorOf = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    if (error instanceof AiosError) return error;
  }
  throw new Error('nothing was thrown');
};

const HOUSE = `
endpoints:
  vllm: { provider: openai-compatible, baseUrl: "http://gpu:8000/v1", free: true }
models:
  - { endpoint: vllm, model: Qwen/Qwen3-32B, aliases: [house], quality: 0.7, contextWindow: 40000, maxOutputTokens: 4000, abilities: { images: true } }
`;

describe('without a file', () => {
  test("the environment's models are the catalogue, by their usual names and prices", async () => {
    const snapshot = (await catalogueOf(null, { environment: [environment('anthropic', 'claude-haiku-4-5'), environment('ollama', 'qwen3:8b')] })).current();
    expect(ids(snapshot)).toEqual(['anthropic/claude-haiku-4-5', 'ollama/qwen3:8b']);
    expect(snapshot.chat.map(({ price, location }) => [price.status, location])).toEqual([['known', 'us'], ['free', 'local']]);
    expect(snapshot.settings.policies.default).toBe('balanced');
    expect(snapshot.permissions.isAdmin('anyone')).toBe(true);
  });

  test('nothing configured at all leaves the offline rules', async () => {
    const catalogue = await catalogueOf(null);
    expect(ids(catalogue.current())).toEqual(['offline/rules']);
    expect(catalogue.current().chat[0]).toMatchObject({ location: 'local', price: { status: 'free' } });
    expect(catalogue.lastReload()).toBeNull();
  });

  test('a model that is named twice is there once', async () => {
    expect(ids((await catalogueOf(null, { environment: [environment('ollama', 'a', 'b', 'a')] })).current())).toEqual(['ollama/a', 'ollama/b']);
  });
});

describe('with a file', () => {
  test('a model is as the file says', async () => {
    const { chat } = (await catalogueOf(HOUSE)).current();
    expect(chat).toHaveLength(1);
    expect(chat[0]).toMatchObject({ aliases: ['house'], location: 'local', price: { status: 'free' }, quality: 0.7 });
    expect(chat[0]!.model).toMatchObject({
      id: 'vllm/Qwen/Qwen3-32B', provider: 'vllm', endpoint: 'http://gpu:8000/v1', contextWindow: 40_000, maxOutputTokens: 4_000, abilities: { images: true },
    });
  });

  test('it may be JSON', async () => {
    const json = JSON.stringify({ endpoints: { o: { provider: 'ollama' } }, models: [{ endpoint: 'o', model: 'a' }] }, null, '\t');
    expect(ids((await catalogueOf(json)).current())).toEqual(['o/a']);
  });

  test("the environment's models come after those of the file", async () => {
    const catalogue = await catalogueOf(HOUSE, { environment: [environment('anthropic', 'claude-haiku-4-5')] });
    expect(ids(catalogue.current())).toEqual(['vllm/Qwen/Qwen3-32B', 'anthropic/claude-haiku-4-5']);
  });

  test('environment: false leaves them out', async () => {
    const catalogue = await catalogueOf(`environment: false\n${HOUSE}`, { environment: [environment('anthropic', 'claude-haiku-4-5')] });
    expect(ids(catalogue.current())).toEqual(['vllm/Qwen/Qwen3-32B']);
  });

  test("an endpoint of the environment's may be used, and what the file says of a model counts", async () => {
    const catalogue = await catalogueOf('models: [{ endpoint: anthropic, model: claude-haiku-4-5, quality: 0.4 }]', {
      environment: [environment('anthropic', 'claude-sonnet-5', 'claude-haiku-4-5')],
    });
    expect(catalogue.current().chat.map(({ model, quality }) => [model.id, quality])).toEqual([['anthropic/claude-haiku-4-5', 0.4], ['anthropic/claude-sonnet-5', null]]);
  });

  test('an endpoint that the file declares has only the models that the file names', async () => {
    secrets.set('env:KEY', 'k');
    const catalogue = await catalogueOf('endpoints: { anthropic: { provider: anthropic, apiKeys: ["env:KEY"] } }\nmodels: [{ endpoint: anthropic, model: claude-haiku-4-5 }]', {
      environment: [environment('anthropic', 'claude-opus-5-5')],
    });
    expect(ids(catalogue.current())).toEqual(['anthropic/claude-haiku-4-5']);
  });

  test('the models of an endpoint share a ring of all its keys', async () => {
    secrets.set('env:A', 'secret-a').set('file:/b', 'secret-b');
    const { chat, embeddings } = (await catalogueOf(`
endpoints: { openai: { provider: openai-compatible, apiKeys: ["env:A", "file:/b"] } }
models:
  - { endpoint: openai, model: gpt-4.1 }
  - { endpoint: openai, model: gpt-4.1-mini }
  - { endpoint: openai, model: text-embedding-3-small, kind: embedding }
`)).current();
    expect(chat[0]!.keys).toBe(chat[1]!.keys);
    expect(embeddings[0]!.keys).toBe(chat[0]!.keys);
    expect(chat[0]!.keys.ids).toEqual(['env:A', 'file:/b']);
    expect([chat[0]!.keys.next(), chat[0]!.keys.next()]).toEqual([{ id: 'env:A', key: 'secret-a' }, { id: 'file:/b', key: 'secret-b' }]);
    expect(chat.map(({ price, location }) => [price.status, location])).toEqual([['known', 'us'], ['known', 'us']]);
    expect(embeddings[0]).toMatchObject({ model: { id: 'openai/text-embedding-3-small' }, price: { status: 'known', outputPerMillion: 0 } });
  });

  test('a price is given, free, that of another model, or not known', async () => {
    const { chat } = (await catalogueOf(`
endpoints: { gateway: { provider: openai-compatible, baseUrl: "https://llm.example.com/v1" } }
models:
  - { endpoint: gateway, model: a, price: { inputPerMillion: 1, outputPerMillion: 2 } }
  - { endpoint: gateway, model: b, price: free }
  - { endpoint: gateway, model: c, priceAs: anthropic/claude-haiku-4-5 }
  - { endpoint: gateway, model: claude-haiku-4-5 }
`)).current();
    expect(chat.map(({ price }) => price.status)).toEqual(['known', 'free', 'known', 'unknown']);
    expect(chat[2]!.price).toMatchObject({ inputPerMillion: 1, outputPerMillion: 5 });
  });

  test.each([
    ['http://127.0.0.1:8000/v1', 'local'], ['http://[::1]:8000/v1', 'local'], ['http://10.1.2.3/v1', 'local'], ['http://172.20.0.2/v1', 'local'], ['http://192.168.1.4/v1', 'local'],
    ['http://[fd12::1]/v1', 'local'], ['http://[::ffff:10.0.0.1]/v1', 'local'], ['http://vllm:8000/v1', 'local'], ['http://vllm.ai.svc.cluster.local/v1', 'local'],
    ['https://api.openai.com/v1', 'us'], ['https://api.mistral.ai/v1', 'third-party'], ['https://172.32.0.1/v1', 'third-party'], ['https://8.8.8.8/v1', 'third-party'],
    ['https://api.openai.com.example.org/v1', 'third-party'], ['https://[2606:4700::1]/v1', 'third-party'],
  ])('data sent to %s goes to %s unless the file says it', async (baseUrl, location) => {
    secrets.set('env:KEY', 'k');
    const text = (more: string) => `endpoints: { e: { provider: openai-compatible, baseUrl: "${baseUrl}", apiKeys: ["env:KEY"]${more} } }\nmodels: [{ endpoint: e, model: m, price: free }, { endpoint: e, model: n, price: free, location: eu }]`;
    expect((await catalogueOf(text(''))).current().chat.map((entry) => entry.location)).toEqual([location, 'eu']);
    expect((await catalogueOf(text(', location: third-party'))).current().chat[0]!.location).toBe('third-party');
  });
});

describe('a model is found', () => {
  const snapshot = async () => (await catalogueOf(`
endpoints: { vllm: { provider: ollama }, o: { provider: ollama } }
models:
  - { endpoint: vllm, model: Qwen/Qwen3-32B, aliases: [house] }
  - { endpoint: vllm, model: shared }
  - { endpoint: o, model: shared }
`)).current();

  test.each(['vllm/Qwen/Qwen3-32B', 'house', 'Qwen/Qwen3-32B'])('by %s', async (name) => {
    expect((await snapshot()).chatModel(name).model.id).toBe('vllm/Qwen/Qwen3-32B');
  });

  test.each([
    ['vllm/Qwen/Qwen3-23B', 'Did you mean vllm/Qwen/Qwen3-32B?'], ['hosue', 'Did you mean house?'], ['qwen3-32b', 'Did you mean vllm/Qwen/Qwen3-32B?'],
    ['shared', 'Several models are called shared: vllm/shared, o/shared.'], ['something-else-entirely', 'Configured: vllm/Qwen/Qwen3-32B, house,'],
  ])('%s is not, and the error helps', async (name, advice) => {
    const { chatModel } = await snapshot();
    const error = errorOf(() => chatModel(name));
    expect(error.code).toBe('model_not_configured');
    expect(error.message).toContain(advice);
  });

  test('no embedding model is said as such', async () => {
    const { embeddingModel } = await snapshot();
    expect(errorOf(() => embeddingModel('x')).message).toBe('No embedding model is configured, so x cannot be used.');
  });
});
