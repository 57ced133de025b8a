import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { answerWithProblems } from '../../../agent-runtime/src/api/plugins/problems.ts';
import { artifactLinkRoute } from '../../../agent-runtime/src/api/routes/artifacts.ts';
import { artifactLinks } from '../../../agent-runtime/src/stores/artifacts/artifact-links.ts';
import type { Artifacts } from '../../../agent-runtime/src/stores/artifacts/artifacts.ts';
import { createEmbeddedArtifacts } from '../../../agent-runtime/src/stores/artifacts/embedded.ts';

const links = artifactLinks({ secret: 'of the test', basePath: '/v1/artifacts' });
const app = Fastify();
let folder: string;
let store: Artifacts;
let now = Date.now();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aios-links-'));
  store = createEmbeddedArtifacts({ folder, expiry: { rules: [], replacedAfterDays: 1 }, links, now: () => now });
  app.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
  answerWithProblems(app);
  await app.register(async (scope) => artifactLinkRoute(scope, { store, links, now: () => now }), { prefix: '/v1' });
});
afterAll(async () => {
  await app.close();
  await store.close();
  await rm(folder, { recursive: true });
});

test('a link opens what it was made for, as a download that no browser runs', async () => {
  await store.put('t/tasks/1/a page.html', Buffer.from('<script>alert(1)</script>'), { contentType: 'text/html' });
  const link = await store.link('t/tasks/1/a page.html', { expiresInMs: 60_000 });
  const { statusCode, headers, body } = await app.inject(link!.url);
  expect({ statusCode, body }).toEqual({ statusCode: 200, body: '<script>alert(1)</script>' });
  expect(headers).toMatchObject({
    'content-type': expect.stringContaining('text/html'), 'content-length': '25', 'x-content-type-options': 'nosniff',
    'content-disposition': "attachment; filename*=UTF-8''a%20page.html", 'content-security-policy': expect.stringContaining('sandbox'),
  });
});

test('what is not what was stored is never delivered as if it were', async () => {
  for (const content of [Buffer.from('a few bytes'), Buffer.alloc(300_000, 'x')]) {
    await store.put('t/odd', content);
    const link = await store.link('t/odd', { expiresInMs: 60_000 });
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    for (const { parentPath, name } of files) {
      const path = join(parentPath, name);
      const bytes = await readFile(path);
      if (bytes.equals(content)) await writeFile(path, bytes.fill('y', 0, 1));
    }
    const got = await app.inject(link!.url).then(({ statusCode, headers }) => [statusCode, headers['content-disposition']], () => 'broke off');
    // Of a large one the status was told before all of it was read.
    expect(got).toEqual(content.length < 1_000 ? [502, undefined] : 'broke off');
  }
});

test('a link that was changed, has expired, or whose artifact is gone, opens nothing', async () => {
  await store.put('t/secret', Buffer.from('x'));
  await store.put('t/open', Buffer.from('y'));
  const { url } = (await store.link('t/open', { expiresInMs: 60_000 }))!;
  const other = (await store.link('t/secret', { expiresInMs: 60_000 }))!.url;
  const mixed = `${other.split('.')[0]}.${url.split('.')[1]}`;
  for (const wrong of [`${url}x`, mixed, '/v1/artifacts/nothing', '/v1/artifacts/%E0%A4%A']) {
    expect((await app.inject(wrong)).statusCode).toBeGreaterThanOrEqual(400);
  }
  await store.delete('t/secret');
  expect((await app.inject(other)).json()).toMatchObject({ code: 'not_found' });
  now += 61_000;
  expect((await app.inject(url)).json()).toMatchObject({ code: 'not_found', detail: expect.stringContaining('expired') });
});
