import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { collectionSchema, documentMatchesSchema } from '../../../agent-runtime/src/contract/collection.ts';
import { startQdrantStandIn, type QdrantStandIn } from '../../stand-ins/qdrant/start-qdrant-stand-in.ts';
import { OTHER, startCollectionsBench, type CollectionsBench } from './collections-bench.ts';

const DOCUMENTS = [
  { id: 'rotate', text: 'How to rotate the API key of a worker', payload: { kind: 'guide', stars: 5, source: { author: 'ada' } } },
  { id: 'backup', text: 'Backups of the records are taken at night', payload: { kind: 'guide', stars: 3 } },
  { id: 'menu', text: 'The canteen has soup on Mondays', payload: { kind: 'note' } },
];

describe.each(['the data folder', 'Qdrant'])('with vectors in %s', (where) => {
  let qdrant: QdrantStandIn | null = null;
  let bench: CollectionsBench;
  beforeAll(async () => {
    qdrant = where === 'Qdrant' ? await startQdrantStandIn({ apiKey: 'the key of Qdrant' }) : null;
    bench = await startCollectionsBench(qdrant ? { AIOS_QDRANT_URL: qdrant.url, AIOS_QDRANT_API_KEY: 'the key of Qdrant' } : {});
  });
  afterAll(async () => {
    await bench.stop();
    qdrant?.assertNoViolations();
    await qdrant?.close();
  });

  async function filled(name: string, body: object = { sparse: true }): Promise<void> {
    expect((await bench.request('PUT', `/${name}`, body)).status).toBe(201);
    expect((await bench.request('POST', `/${name}/documents`, { documents: DOCUMENTS })).status).toBe(200);
  }

  async function found(name: string, search: object) {
    const { status, body } = await bench.request('POST', `/${name}/search`, search);
    expect({ status, body }).toMatchObject({ status: 200 });
    return documentMatchesSchema.parse(body);
  }
  const idsOf = async (name: string, search: object) => (await found(name, search)).matches.map(({ id }) => id);

  test('documents are stored, found by meaning, by words and by both, listed and deleted', async () => {
    const made = await bench.request('PUT', '/docs', { sparse: true });
    expect(made.status).toBe(201);
    expect(collectionSchema.parse(made.body)).toMatchObject({ name: 'docs', embeddingModel: 'local/first', dimension: 8, sparse: true, distance: 'cosine', documents: 0 });
    const stored = await bench.request('POST', '/docs/documents', { documents: DOCUMENTS });
    expect(stored.body).toMatchObject({ stored: 3, embedding: { model: 'local/first', texts: 3, costUsd: 0, costStatus: 'free' } });
    expect(stored.body.embedding.inputTokens).toBeGreaterThan(0);

    const byMeaning = await found('docs', { text: DOCUMENTS[1]!.text, mode: 'dense' });
    expect(byMeaning).toMatchObject({ mode: 'dense', embedding: { texts: 1 } });
    expect(byMeaning.matches).toHaveLength(3);
    expect(byMeaning.matches[0]).toMatchObject({ ...DOCUMENTS[1], score: expect.closeTo(1, 5) });
    const byWords = await found('docs', { text: 'rotate a KEY', mode: 'sparse' });
    expect(byWords).toMatchObject({ mode: 'sparse', embedding: null, matches: [{ id: 'rotate', text: DOCUMENTS[0]!.text }] });
    expect(byWords.matches[0]!.score).toBeGreaterThan(0.4);
    expect(await found('docs', { text: DOCUMENTS[2]!.text })).toMatchObject({ mode: 'hybrid', matches: [{ id: 'menu', score: expect.closeTo(2 / 61, 5) }, {}, {}] });
    expect(await idsOf('docs', { text: DOCUMENTS[1]!.text, mode: 'dense', scoreThreshold: 0.99 })).toEqual(['backup']);
    expect(await idsOf('docs', { text: DOCUMENTS[1]!.text, limit: 1 })).toEqual(['backup']);

    const first = (await bench.request('GET', '/docs/documents?limit=2')).body;
    const second = (await bench.request('GET', `/docs/documents?limit=2&cursor=${first.nextCursor}`)).body;
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    expect([...first.documents, ...second.documents].sort(byId)).toEqual([...DOCUMENTS].sort(byId));
    expect([first.documents.length, second.nextCursor]).toEqual([2, null]);

    expect((await bench.request('DELETE', '/docs/documents', { ids: ['menu', 'nobody'] })).status).toBe(204);
    expect((await bench.request('DELETE', '/docs/documents', { filter: { field: 'stars', equals: 3 } })).status).toBe(204);
    expect((await bench.request('GET', '/docs')).body.documents).toBe(1);
    expect(await idsOf('docs', { text: DOCUMENTS[1]!.text })).toEqual(['rotate']);
    expect((await bench.request('DELETE', '/docs')).status).toBe(204);
    for (const [method, path] of [['GET', '/docs'], ['DELETE', '/docs'], ['GET', '/docs/documents']] as const) {
      expect((await bench.request(method, path)).body).toMatchObject({ code: 'not_found', detail: expect.stringContaining('PUT /v1/collections/docs') });
    }
  });

  test('a filter goes by the payload and not by the text that is kept beside it', async () => {
    await filled('filtered');
    const text = 'a guide';
    expect((await idsOf('filtered', { text, filter: { field: 'kind', equals: 'guide' } })).sort()).toEqual(['backup', 'rotate']);
    expect(await idsOf('filtered', { text, filter: { and: [{ field: 'kind', anyOf: ['guide', 'x'] }, { not: { field: 'stars', range: { gt: 3 } } }] } })).toEqual(['backup']);
    expect(await idsOf('filtered', { text, filter: { or: [{ field: 'source.author', equals: 'ada' }, { field: 'stars', range: { lt: 0 } }] } })).toEqual(['rotate']);
    expect(await idsOf('filtered', { text, filter: { field: 'stars', exists: false } })).toEqual(['menu']);
    for (const field of ['text', 'payload.kind', 'payload']) expect(await idsOf('filtered', { text, filter: { field, exists: true } })).toEqual([]);
  });

  test('a document is replaced whole, and of two with one id the last is kept and paid for', async () => {
    await filled('replaced', { embeddingModel: 'local/second', sparse: true });
    const { body } = await bench.request('POST', '/replaced/documents', { documents: [{ id: 'menu', text: 'first words' }, { id: 'menu', text: 'soup is gone' }] });
    expect(body).toMatchObject({ stored: 1, embedding: { model: 'local/second', texts: 1, costStatus: 'known' } });
    expect(body.embedding.costUsd).toBeCloseTo(body.embedding.inputTokens / 10, 9);
    expect(await idsOf('replaced', { text: 'first', mode: 'sparse' })).toEqual([]);
    expect((await found('replaced', { text: 'soup', mode: 'sparse' })).matches).toMatchObject([{ id: 'menu', text: 'soup is gone', payload: {} }]);
  });

  test('more texts than go into one call are embedded in several, and each document has its own vector', async () => {
    await bench.request('PUT', '/many');
    const before = bench.model.hits;
    const documents = Array.from({ length: 100 }, (_, index) => (index % 10 === 9 ? { id: `${index}`, vector: [1, 0, 0, 0, 0, 0, 0, index] } : { id: `${index}`, text: `text ${index}` }));
    expect((await bench.request('POST', '/many/documents', { documents })).body).toMatchObject({ stored: 100, embedding: { texts: 90 } });
    expect(bench.model.hits - before).toBe(3);
    for (const index of [0, 31, 35, 98]) expect(await idsOf('many', { text: `text ${index}`, limit: 1 })).toEqual([`${index}`]);
    expect((await found('many', { vector: [0, 0, 0, 0, 0, 0, 0, 1], limit: 1, scoreThreshold: 0.9 })).matches).toMatchObject([{ text: null }]);
  });

  test('two tenants have collections of one name and know nothing of each other', async () => {
    await filled('shared');
    const [text, as] = [DOCUMENTS[0]!.text, OTHER];
    expect((await bench.request('GET', '/shared', undefined, as)).body.code).toBe('not_found');
    expect((await bench.request('DELETE', '/shared', undefined, as)).body.code).toBe('not_found');
    expect((await bench.request('GET', '', undefined, as)).body).toEqual({ collections: [] });
    // Of the same form, so that the store keeps both in one place, and with the same ids.
    expect((await bench.request('PUT', '/shared', { sparse: true }, as)).status).toBe(201);
    expect((await bench.request('POST', '/shared/search', { text }, as)).body.matches).toEqual([]);
    expect((await bench.request('GET', '/shared/documents', undefined, as)).body.documents).toEqual([]);
    await bench.request('POST', '/shared/documents', { documents: [{ id: 'rotate', text: 'of the other one' }] }, as);
    expect((await bench.request('POST', '/shared/search', { text, mode: 'dense' }, as)).body.matches).toMatchObject([{ text: 'of the other one' }]);
    await bench.request('DELETE', '/shared/documents', { ids: DOCUMENTS.map(({ id }) => id) }, as);
    expect((await bench.request('DELETE', '/shared', undefined, as)).status).toBe(204);
    expect((await bench.request('GET', '/shared')).body.documents).toBe(3);
    expect((await bench.request('GET', '')).body.collections.map(({ name }: { name: string }) => name)).toContain('shared');
    await bench.request('DELETE', '/shared');
    await bench.request('PUT', '/shared', { sparse: true });
    expect((await bench.request('GET', '/shared/documents')).body.documents).toEqual([]);
  });

  test('any number of callers may make a collection at once: one of them made it', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => bench.request('PUT', '/raced', { sparse: true })));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 7 }, () => 200), 201]);
    expect(new Set(answers.map(({ body }) => body.createdAt)).size).toBe(1);
    const others = await Promise.all([4, 5, 6].map((dimension) => bench.request('PUT', '/contested', { dimension })));
    expect(others.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  test('without vectors, documents are found by words alone', async () => {
    await filled('words', { embeddingModel: null, sparse: true });
    expect((await bench.request('GET', '/words')).body).toMatchObject({ embeddingModel: null, dimension: null, documents: 3 });
    expect(await found('words', { text: 'soup' })).toMatchObject({ mode: 'sparse', matches: [{ id: 'menu' }], embedding: null });
    expect(await idsOf('words', { text: '?!' })).toEqual([]);
  });
});

test('the readiness checks look at vectors only where they are on a server', async () => {
  const qdrant = await startQdrantStandIn();
  const [embedded, remote] = await Promise.all([startCollectionsBench(), startCollectionsBench({ AIOS_QDRANT_URL: qdrant.url })]);
  try {
    expect((await embedded.runtime.request('GET', '/readyz')).body.checks).not.toContain('vectors');
    expect((await remote.runtime.request('GET', '/readyz')).body.checks).toContain('vectors');
    await qdrant.close();
    expect((await remote.runtime.request('GET', '/readyz')).status).toBe(503);
    const refused = await remote.request('PUT', '/docs', { dimension: 3 });
    expect(refused).toMatchObject({ status: 503, body: { code: 'store_unavailable', detail: expect.stringContaining('AIOS_QDRANT_URL') } });
  } finally {
    await Promise.all([embedded.stop(), remote.stop()]);
  }
});
