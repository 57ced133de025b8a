import { expect, test } from '@jest/globals';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueOf, folder, logged, nextLog, secrets } from './catalogue-of.ts';

const file = (quality: number, more = '') => `endpoints: { o: { provider: ollama } }\nmodels: [{ endpoint: o, model: a, quality: ${quality} }${more}]\n`;
const write = (text: string) => writeFileSync(join(folder, 'router.yaml'), text);

test('a change of the file is applied by itself', async () => {
  const catalogue = await catalogueOf(file(0.1));
  const before = catalogue.current();
  const applied = nextLog();
  write(file(0.2, ', { endpoint: o, model: b }'));
  expect(await applied).toMatchObject({ event: 'router-file-applied', fields: { models: 2 } });
  expect(catalogue.current().chat.map(({ model, quality }) => [model.id, quality])).toEqual([['o/a', 0.2], ['o/b', null]]);
  expect(catalogue.lastReload()).toMatchObject({ ok: true, problems: [] });
  expect(before.chat.map(({ quality }) => quality)).toEqual([0.1]);
});

test('a file that an editor replaces is applied', async () => {
  const catalogue = await catalogueOf(file(0.1));
  for (const quality of [0.2, 0.3]) {
    const applied = nextLog();
    writeFileSync(join(folder, '.router.yaml.swp'), file(quality));
    renameSync(join(folder, '.router.yaml.swp'), join(folder, 'router.yaml'));
    await applied;
    expect(catalogue.current().chat[0]!.quality).toBe(quality);
  }
});

test('a Kubernetes ConfigMap, whose folder of links is swapped, is applied', async () => {
  for (const [version, quality] of [['1', 0.1], ['2', 0.2], ['3', 0.3]] as const) {
    mkdirSync(join(folder, `..${version}`));
    writeFileSync(join(folder, `..${version}`, 'router.yaml'), file(quality));
  }
  const swapTo = (version: string) => {
    symlinkSync(`..${version}`, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  };
  swapTo('1');
  symlinkSync(join('..data', 'router.yaml'), join(folder, 'router.yaml'));
  const catalogue = await catalogueOf(null, { file: join(folder, 'router.yaml') });
  for (const [version, quality] of [['2', 0.2], ['3', 0.3]] as const) {
    const applied = nextLog();
    swapTo(version);
    await applied;
    expect(catalogue.current().chat[0]!.quality).toBe(quality);
  }
});

test('a change behind a link to another folder is applied', async () => {
  mkdirSync(join(folder, 'elsewhere'));
  mkdirSync(join(folder, 'etc'));
  writeFileSync(join(folder, 'elsewhere', 'real.yaml'), file(0.1));
  symlinkSync(join(folder, 'elsewhere', 'real.yaml'), join(folder, 'etc', 'router.yaml'));
  const catalogue = await catalogueOf(null, { file: join(folder, 'etc', 'router.yaml') });
  // The other folder is found out and watched soon after the start.
  await catalogue.reload();
  const applied = nextLog();
  writeFileSync(join(folder, 'elsewhere', 'real.yaml'), file(0.2));
  await applied;
  expect(catalogue.current().chat[0]!.quality).toBe(0.2);
});

test('a broken file changes nothing, says what is wrong once, and is forgotten when it is mended', async () => {
  const catalogue = await catalogueOf(file(0.1));
  const before = catalogue.current();
  write('models: [{ endpoint: nowhere, model: a }]\nstikcy: {}\n');
  expect(await catalogue.reload()).toMatchObject({ ok: false, problems: ['line 2, stikcy is not a key of this section. Did you mean sticky?'] });
  await catalogue.reload();
  expect(catalogue.current()).toBe(before);
  expect(logged.filter(({ event }) => event === 'router-file-refused')).toHaveLength(1);

  write('models: [{ endpoint: nowhere, model: a }]\n');
  expect((await catalogue.reload())!.problems).toEqual(['line 1, models.0.endpoint names the endpoint "nowhere", which is not among the endpoints.']);
  write('models: [');
  expect((await catalogue.reload())!.ok).toBe(false);
  expect(catalogue.current()).toBe(before);

  write(file(0.1));
  expect(await catalogue.reload()).toMatchObject({ ok: true, problems: [] });
  expect(catalogue.current().chat[0]!.model).toBe(before.chat[0]!.model);
});

test('a file that is taken away changes nothing', async () => {
  const catalogue = await catalogueOf(file(0.1));
  renameSync(join(folder, 'router.yaml'), join(folder, 'gone.yaml'));
  expect((await catalogue.reload())!.problems).toEqual(['it cannot be read (ENOENT); check the path and its permissions']);
  expect(catalogue.current().chat).toHaveLength(1);
});

test('models, keys and settings that did not change stay the same objects', async () => {
  secrets.set('env:A', 'one').set('env:B', 'two');
  const text = (quality: number, keys: string) => `endpoints:
  a: { provider: openai-compatible, baseUrl: "http://a/v1", apiKeys: ["env:A"] }
  b: { provider: openai-compatible, baseUrl: "http://b/v1", apiKeys: [${keys}] }
models:
  - { endpoint: a, model: m, price: free, quality: ${quality} }
  - { endpoint: b, model: m, price: free }
sticky: { idleMinutes: ${quality * 100} }
budgets: []
`;
  const catalogue = await catalogueOf(text(0.1, '"env:A"'));
  const before = catalogue.current();
  write(text(0.2, '"env:A", "env:B"'));
  await catalogue.reload();
  const after = catalogue.current();
  expect(after).not.toBe(before);
  expect(after.chat[0]!.model).toBe(before.chat[0]!.model);
  expect(after.chat[0]!.keys).toBe(before.chat[0]!.keys);
  expect(after.chat[1]!.model).toBe(before.chat[1]!.model);
  expect(after.chat[1]!.keys.ids).toEqual(['env:A', 'env:B']);
  expect(after.settings.budgets).toBe(before.settings.budgets);
  expect(after.settings.sticky).not.toBe(before.settings.sticky);
});

test('a key that changes behind its reference is taken up', async () => {
  secrets.set('env:A', 'old');
  const catalogue = await catalogueOf('endpoints: { a: { provider: openai-compatible, baseUrl: "http://a/v1", apiKeys: ["env:A"] } }\nmodels: [{ endpoint: a, model: m, price: free }]');
  secrets.set('env:A', 'new');
  await catalogue.reload();
  expect(catalogue.current().chat[0]!.keys.next()).toEqual({ id: 'env:A', key: 'new' });
  secrets.delete('env:A');
  expect((await catalogue.reload())!.ok).toBe(false);
  expect(catalogue.current().chat[0]!.keys.next()).toEqual({ id: 'env:A', key: 'new' });
  expect(JSON.stringify(logged)).not.toMatch(/old|new/);
});

test('prices are looked up again as time passes', async () => {
  let now = Date.parse('2026-03-01T00:00:00Z');
  let price = 1;
  const catalogue = await catalogueOf('models: []', {
    environment: [{ name: 'anthropic', provider: 'anthropic', baseUrl: null, keys: [{ id: 'k', key: 'k' }], location: null, free: false, models: ['m'] }],
    now: () => now,
    prices: {
      priceOf: () => Promise.resolve({ status: 'known', inputPerMillion: price, cacheReadPerMillion: 0, cacheWrite5mPerMillion: 0, cacheWrite1hPerMillion: 0, outputPerMillion: 0 }),
      priceOfListed: () => Promise.resolve({ status: 'unknown' }),
    },
  });
  price = 2;
  await catalogue.reload();
  expect(catalogue.current().chat[0]!.price).toMatchObject({ inputPerMillion: 1 });
  now += 3_600_000;
  await catalogue.reload();
  expect(catalogue.current().chat[0]!.price).toMatchObject({ inputPerMillion: 2 });
  expect(logged).toEqual([]);
});
