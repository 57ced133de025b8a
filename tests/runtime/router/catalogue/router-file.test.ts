import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { RouterFileError } from '../../../../agent-runtime/src/router/catalogue/router-file-error.ts';
import { readRouterFile } from '../../../../agent-runtime/src/router/catalogue/read-router-file.ts';
import { routerFileSchema } from '../../../../agent-runtime/src/router/catalogue/router-file.ts';
import { catalogueOf, folder, secrets } from './catalogue-of.ts';

const problemsOf = (text: string) => {
  const result = readRouterFile(text);
  return 'problems' in result ? result.problems : [];
};
const refusal = (text: string) => catalogueOf(text).then(() => { throw new Error('it was taken'); }, (error: unknown) => {
  if (error instanceof RouterFileError) return error;
  throw error;
});

test('a file that says nothing is all defaults', () => {
  const result = readRouterFile('{}');
  expect(result).toMatchObject({ file: { environment: true, models: [], endpoints: {}, policies: { default: 'balanced', balanced: { cost: 1, latency: 1, quality: 1 } }, sticky: { enabled: true } } });
});

test('all problems come at once, in their order, each with its line', () => {
  expect(problemsOf(`models:
  - endpoint: a
    modle: b
    quality: 3
  - { endpoint: b, model: c, price: { inputPerMilion: 1, outputPerMillion: 2 } }
policys: {}
keys:
  n8n: { policies: [] }
`)).toEqual([
    'line 2, models.0.model is missing (string)',
    'line 3, models.0.modle is not a key of this section. Did you mean model?',
    'line 4, models.0.quality must be <=1',
    'line 5, models.1.price.inputPerMillion is missing (number)',
    'line 5, models.1.price.inputPerMilion is not a key of this section. Did you mean inputPerMillion?',
    'line 6, policys is not a key of this section. Did you mean policies?',
    'line 8, keys.n8n.policies must name a policy, or be left out to allow all of them',
  ]);
});

test('the sections of the other parts are checked with it', () => {
  const problems = problemsOf('privacy: { treatments: { secrets: { us: allow } } }\nbudgets: [{ id: a }]\ncache: { exact: { use: sometimes } }\nresilience: { attempt: 3 }\nexperiments: [{ id: x }]\n');
  expect(problems.join('\n')).toMatch(/line 1, privacy\.treatments\.secrets.*secret[^]*line 2, budgets\.0\.subject[^]*line 3, cache\.exact\.use[^]*line 4, resilience\.attempt .*attempts[^]*line 5, experiments\.0/);
});

test.each([
  ['nothing', '', 'the file is empty; write {} for all defaults'], ['a comment alone', '# models:', 'the file is empty'], ['not YAML', 'a: [1, 2\nb: "x', 'line 2: not valid YAML or JSON'], ['a list', '- 1', 'the file must be object, received array'],
  ['a key twice', 'models: []\nmodels: []', 'line 2: not valid YAML or JSON (duplicate key)'],
  ['aliases that multiply', 'a: &a [1,2,3,4,5,6,7,8,9]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]', 'refers to itself too often'],
])('%s is refused', (_what, text, problem) => {
  expect(problemsOf(text).join('\n')).toContain(problem);
});

test('a key written into the file is refused with advice, and no message repeats it', async () => {
  const texts = [
    'endpoints: { a: { provider: anthropic, apiKeys: [sk-ant-api03-geheim] } }', 'endpoints: { a: { provider: anthropic, apiKeys: sk-ant-api03-geheim } }',
    'endpoints: { a: { provider: openai-compatible, baseUrl: "https://user:geheim@example.com/v1" } }', 'endpoints: { a: { provider: ollama, apiKeys: ["sk-geheim" "sk-geheim"] } }',
  ];
  for (const text of texts) {
    const error = await refusal(text);
    expect(error.message).not.toContain('geheim');
    expect(error.message).toMatch(/line 1/);
  }
  expect((await refusal(texts[0]!)).message).toContain('env:NAME of a variable or file:/path of a file');
});

test('what leads nowhere is told with its line and the near names', async () => {
  secrets.set('env:KEY', 'geheim');
  const error = await refusal(`endpoints:
  openai: { provider: openai-compatible, apiKeys: ["env:KEY", "env:MISSING"] }
  claude: { provider: anthropic }
models:
  - { endpoint: opnai, model: a }
  - { endpoint: openai, model: b, aliases: [x] }
  - { endpoint: openai, model: b }
  - { endpoint: openai, model: c, aliases: [x] }
  - { endpoint: claude, model: d, kind: embedding }
`);
  expect(error.problems).toEqual([
    'line 2, endpoints.openai.apiKeys.1 cannot be read: env:MISSING: the variable is not set',
    'line 3, endpoints.claude needs apiKeys, such as [env:ANTHROPIC_API_KEY]',
    'line 5, models.0.endpoint names the endpoint "opnai", which is not among the endpoints. Did you mean openai?',
    'line 9, models.4 is an embedding model of a provider that has none; use one of an openai-compatible or ollama endpoint',
    'line 7, models.2 has the name "openai/b", which is taken by line 6, models.1; each model needs its own',
    'line 8, models.3 has the name "x", which is taken by line 6, models.1; each model needs its own',
  ]);
  expect(error.message).toContain(folder);
});

test('names of models in the settings, and of prices, must lead somewhere', async () => {
  const error = await refusal(`endpoints: { o: { provider: ollama } }
models:
  - { endpoint: o, model: qwen3, priceAs: openai/gpt-nope }
policies:
  costQuality: { strong: o/qwen4, weak: qwen3 }
  byOperation:
    cto/ask: { model: nothing }
`);
  expect(error.problems).toEqual([
    'line 3, models.0 has priceAs: openai/gpt-nope, which the price list does not have by that exact name; give it a price instead',
    'line 5, policies.costQuality.strong: The model o/qwen4 is not configured. Did you mean o/qwen3?',
    'line 7, policies.byOperation.cto/ask.model: The model nothing is not configured. Configured: o/qwen3.',
  ]);
});

test('a file that is not there is told by its path', async () => {
  const error: unknown = await catalogueOf(null, { file: `${folder}/none.yaml` }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RouterFileError);
  expect((error as Error).message).toContain('none.yaml is not valid:\n  - it cannot be read (ENOENT)');
});

test('the example in the docs is valid and uses every key of the file', async () => {
  const text = readFileSync(new URL('../../../../docs/router.example.yaml', import.meta.url), 'utf8');
  expect(problemsOf(text)).toEqual([]);
  for (const [, reference] of text.matchAll(/\b(env:\w+|file:\/[\w/.-]+)/g)) secrets.set(reference!, `key of ${reference}`);
  const { chat, embeddings } = (await catalogueOf(text)).current();
  expect(chat.length).toBeGreaterThan(3);
  expect(embeddings.length).toBeGreaterThan(0);
  for (const section of Object.keys(routerFileSchema.shape)) expect(text).toMatch(new RegExp(`^${section}:`, 'm'));
});
