import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { OTHER, startCollectionsBench, type CollectionsBench } from './collections-bench.ts';
import { startTestRuntime } from './test-runtime.ts';

let bench: CollectionsBench;
beforeAll(async () => { bench = await startCollectionsBench(); });
afterAll(async () => { await bench.stop(); });

async function refused(method: 'PUT' | 'POST' | 'GET' | 'DELETE', path: string, body?: object, headers?: Record<string, string>) {
  const answer = await bench.request(method, path, body, headers);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  return answer.body;
}

describe('a request is refused that says which field is wrong:', () => {
  beforeAll(async () => {
    for (const [name, body] of Object.entries({ docs: { sparse: true }, dense: {}, own: { dimension: 3 }, words: { embeddingModel: null, sparse: true } })) {
      expect((await bench.request('PUT', `/${name}`, body)).status).toBe(201);
    }
  });
  const document = (fields: object) => ({ documents: [{ id: 'a', text: 'fine' }, { id: 'b', ...fields }] });
  const deep = (levels: number): object => (levels === 0 ? {} : { inner: deep(levels - 1) });

  test.each<[string, string, object, string, string, RegExp]>([
    ['PUT', '/no%20name', {}, 'invalid_request', 'params.name', /letters, digits/],
    ['PUT', '/new', { dimension: 0 }, 'invalid_request', 'dimension', /./],
    ['PUT', '/new', { embeddingModel: null }, 'invalid_request', 'dimension', /sparse to true/],
    ['PUT', '/new', { colour: 'red' }, 'invalid_request', '', /colour/],
    ['PUT', '/new', { embeddingModel: 'docz' }, 'model_not_configured', '', /Did you mean docs/],
    ['POST', '/docs/documents', { documents: [] }, 'invalid_request', 'documents', /./],
    ['POST', '/docs/documents', { documents: Array.from({ length: 1_001 }, (_, id) => ({ id: `${id}`, text: 'x' })) }, 'invalid_request', 'documents', /1000/],
    ['POST', '/docs/documents', document({}), 'invalid_request', 'documents.1', /a text or a vector/],
    ['POST', '/docs/documents', document({ vector: [1, 2] }), 'invalid_request', 'documents.1.vector', /has 2 numbers, but those of the collection docs have 8/],
    ['POST', '/docs/documents', document({ vector: [1, 2, 3, 4, 5, 6, 7, 1e39] }), 'invalid_request', 'documents.1.vector.7', /./],
    ['POST', '/docs/documents', document({ text: 'x'.repeat(100_001) }), 'invalid_request', 'documents.1.text', /100000/],
    ['POST', '/docs/documents', document({ text: 'word '.repeat(5_000) }), 'model_context_too_long', 'documents.1.text', /local\/first takes 1000. Send it in parts/],
    ['POST', '/docs/documents', document({ text: 'x', payload: deep(70) }), 'invalid_request', 'documents.1.payload', /64 levels/],
    ['POST', '/docs/documents', document({ text: 'x', payload: { long: 'x'.repeat(1_100_000) } }), 'payload_too_large', '', /documents\.1\.payload has/],
    ['POST', '/own/documents', { documents: [{ id: 'a', vector: [1, 2, 3] }, { id: 'b', text: 'x' }] }, 'invalid_request', 'documents.1.vector', /no embedding model/],
    ['POST', '/words/documents', document({ vector: [1] }), 'invalid_request', 'documents.1.vector', /have none/],
    ['POST', '/words/documents', document({ text: '?!' }), 'invalid_request', 'documents.1.text', /no word/],
    ['GET', '/docs/documents?limit=201', {}, 'invalid_request', 'querystring.limit', /200/],
    ['GET', '/docs/documents?cursor=nonsense', {}, 'invalid_request', 'cursor', /page before/],
    ['DELETE', '/docs/documents', {}, 'invalid_request', '', /either ids or a filter/],
    ['POST', '/docs/search', {}, 'invalid_request', 'text', /or a vector/],
    ['POST', '/docs/search', { text: 'x', limit: 201 }, 'invalid_request', 'limit', /200/],
    ['POST', '/docs/search', { text: 'x', filter: { field: 'a' } }, 'invalid_request', 'filter', /one of equals/],
    ['POST', '/docs/search', { text: 'x', filter: { and: [{ field: 'a', equals: 1 }, { not: { field: 'b' } }] } }, 'invalid_request', 'filter.and.1.not', /one of equals/],
    ['POST', '/docs/search', { text: 'x', filter: { field: 'a b', equals: 1 } }, 'invalid_request', 'filter.field', /joined by dots/],
    ['POST', '/docs/search', { text: 'x', filter: { not: 'a' } }, 'invalid_request', 'filter.not', /object/],
    ['POST', '/docs/search', { text: 'x', mode: 'sparse', vector: [1] }, 'invalid_request', 'vector', /words alone/],
    ['POST', '/dense/search', { text: 'x', mode: 'hybrid' }, 'invalid_request', 'mode', /without sparse: true/],
    ['POST', '/dense/search', { vector: [1, 2] }, 'invalid_request', 'vector', /2 numbers, but those of the collection dense have 8/],
    ['POST', '/own/search', { text: 'x' }, 'invalid_request', 'vector', /no embedding model/],
    ['POST', '/words/search', { text: 'x', mode: 'dense' }, 'invalid_request', 'mode', /with mode sparse/],
  ])('%s %s with %.60j', async (method, path, body, code, field, detail) => {
    const problem = await refused(method as 'PUT', path, method === 'GET' ? undefined : body);
    expect(problem).toMatchObject({ code, detail: expect.stringMatching(detail) });
    expect((problem.issues ?? []).map((issue: { path: string }) => issue.path)).toEqual(code === 'payload_too_large' || code === 'model_not_configured' ? [] : [field]);
  });
});

describe('the model of a collection', () => {
  test('stays, whichever way it is called, and another one or another form is refused with what to do', async () => {
    expect((await bench.request('PUT', '/kept', { embeddingModel: 'docs' })).body.embeddingModel).toBe('local/first');
    for (const embeddingModel of ['docs', 'first', 'local/first']) expect((await bench.request('PUT', '/kept', { embeddingModel })).status).toBe(200);
    for (const [wanted, says] of [[{ embeddingModel: 'second' }, 'embeddingModel local/first, not embeddingModel second'],
      [{ embeddingModel: null }, 'embeddingModel local/first'], [{ dimension: 5 }, 'dimension 8, not dimension 5'], [{ sparse: true }, 'sparse false'], [{ distance: 'dot' }, 'distance cosine']] as const) {
      expect(await refused('PUT', '/kept', wanted)).toMatchObject({ code: 'collection_conflict', detail: expect.stringMatching(`${says}.*Use another name, or delete`) });
    }
  });

  test('gives as many numbers as are asked of it, for documents and for searches', async () => {
    expect((await bench.request('PUT', '/short', { embeddingModel: 'first', dimension: 4 })).body).toMatchObject({ dimension: 4 });
    await bench.request('POST', '/short/documents', { documents: [{ id: 'a', text: 'one' }, { id: 'b', text: 'two' }] });
    expect((await bench.request('POST', '/short/search', { text: 'two', limit: 1 })).body.matches).toMatchObject([{ id: 'b', score: expect.closeTo(1, 5) }]);
  });

  test('that fails stores what came before, and says whether to try again', async () => {
    await bench.request('PUT', '/failing');
    bench.model.next({}, { fail: 'server-error' });
    const documents = Array.from({ length: 40 }, (_, id) => ({ id: `${id}`, text: `text ${id}` }));
    const problem = await refused('POST', '/failing/documents', { documents });
    expect(problem).toMatchObject({ kind: 'operational', code: expect.stringMatching(/^model_/) });
    expect((await bench.request('GET', '/failing')).body.documents).toBe(32);
    expect((await bench.request('POST', '/failing/documents', { documents })).body.stored).toBe(40);
  });
});

describe('what is embedded goes through the router', () => {
  beforeEach(async () => { await bench.request('PUT', '/priced', { embeddingModel: 'second' }); });

  test('is charged to the key, and a cost limit holds over all of its calls', async () => {
    const text = 'word '.repeat(20).trim();
    const documents = Array.from({ length: 40 }, (_, id) => ({ id: `${id}`, text: `${id} ${text}` }));
    const { body } = await bench.request('POST', '/priced/documents', { documents }, { 'x-aios-task': 'a-task-of-mine' });
    const spent = (await bench.runtime.request('GET', '/v1/usage?groupBy=task')).body;
    expect(JSON.stringify(spent)).toContain('a-task-of-mine');
    const limited = await refused('POST', '/priced/documents', { documents }, { 'x-aios-cost-limit-usd': String(body.embedding.costUsd - 1) });
    expect(limited).toMatchObject({ code: 'cost_limit_exceeded' });
    expect(await refused('POST', '/priced/search', { text }, { 'x-aios-cost-limit-usd': '0.1' })).toMatchObject({ code: 'cost_limit_exceeded' });
  });

  test('only by models that the key may use', async () => {
    expect(await refused('PUT', '/mine', { embeddingModel: 'second' }, OTHER)).toMatchObject({ code: 'model_not_permitted' });
  });
});

test('without an embedding model it is said what to set, while given vectors and words are still found', async () => {
  const runtime = await startTestRuntime();
  const request = (method: 'PUT' | 'POST', path: string, body: object = {}) => runtime.request(method, `/v1/collections${path}`, body);
  try {
    expect(await request('PUT', '/docs')).toMatchObject({ status: 422, body: { code: 'model_not_configured', detail: expect.stringMatching(/AIOS_ROUTER_CONFIG.*kind: embedding.*dimension.*sparse/) } });
    expect((await request('PUT', '/docs', { dimension: 2, sparse: true })).status).toBe(201);
    const documents = [{ id: 'both', text: 'soup of the day', vector: [1, 0] }, { id: 'vector', vector: [0, 1] }, { id: 'words', text: 'bread and soup' }];
    expect((await request('POST', '/docs/documents', { documents })).body).toEqual({ stored: 3, embedding: null });
    const found = async (search: object) => {
      const { mode, matches } = (await request('POST', '/docs/search', search)).body;
      return [mode, matches.map(({ id }: { id: string }) => id)];
    };
    expect(await found({ vector: [0, 1] })).toEqual(['dense', ['vector', 'both']]);
    expect(await found({ text: 'bread' })).toEqual(['sparse', ['words']]);
    expect(await found({ text: 'soup of the day', vector: [0.1, 0.9] })).toEqual(['hybrid', ['both', 'vector', 'words']]);
  } finally {
    await runtime.stop();
  }
});

test('a model that is not configured any more is named, and the collection is still searched by words', async () => {
  await bench.request('PUT', '/orphan', { sparse: true });
  await bench.request('POST', '/orphan/documents', { documents: [{ id: 'a', text: 'soup' }] });
  const runtime = await startTestRuntime({ AIOS_DATA_DIR: bench.folder });
  try {
    const search = (body: object) => runtime.request('POST', '/v1/collections/orphan/search', body);
    expect((await search({ text: 'soup' })).body).toMatchObject({ code: 'model_not_configured', detail: expect.stringMatching(/orphan is embedded by local\/first.*not configured any more/) });
    expect((await search({ text: 'soup', mode: 'sparse' })).body.matches).toMatchObject([{ id: 'a' }]);
  } finally {
    await runtime.stop();
  }
});

describe('words are found', () => {
  beforeAll(async () => {
    await bench.request('PUT', '/any-language', { embeddingModel: null, sparse: true });
    const texts = ['Die Prüfung der Verträge läuft', 'createEmbeddedVectors in wire-stores.ts', '東京都の天気は晴れです', 'the how and the why of the matter, and of the rest', 'ＦＵＬＬ width Ελλάδα'];
    await bench.request('POST', '/any-language/documents', { documents: texts.map((text, index) => ({ id: `${index}`, text })) });
  });

  test.each([
    ['in any case and without accents', 'PRUFUNG', ['0']], ['as one form of each character', 'Full ΕΛΛΆΔΑ', ['4']], ['in names of files', 'stores ts', ['1']],
    ['where nothing is put between them', '天気', ['2']], ['but not as other words with the same letters', '京気', []],
    ['before those that every text has', 'how the createEmbeddedVectors', ['1', '3']],
  ])('%s', async (_, text, ids) => {
    expect((await bench.request('POST', '/any-language/search', { text })).body.matches.map(({ id }: { id: string }) => id)).toEqual(ids);
  });
});
