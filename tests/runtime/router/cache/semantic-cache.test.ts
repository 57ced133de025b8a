import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ModelRequest } from '../../../../agent-runtime/src/providers/model.ts';
import { createResponseCache } from '../../../../agent-runtime/src/router/cache/create-response-cache.ts';
import type { CachedAnswer, ResponseCache } from '../../../../agent-runtime/src/router/cache/response-cache.ts';
import { guardOf, mayMeanTheSame } from '../../../../agent-runtime/src/router/cache/semantic-guard.ts';
import { cacheSettingsSchema } from '../../../../agent-runtime/src/router/cache/settings.ts';

const SCOPE = { tenant: 'acme' };
const MODEL = 'openai/gpt';
const ANSWER: CachedAnswer = { text: 'Use the link on the sign-in page.', finishReason: 'stop', model: MODEL, offline: false };
const ASKED = 'How do I reset my password?';
const REWORDED = 'How can I reset my password please';

const asking = (text: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  purpose: 'cto/ask', system: 'Be brief.', messages: [{ role: 'user', content: text }], maxOutputTokens: 100, ...more,
});
const never = new AbortController().signal;

/** Vectors by text; by default all texts are the same to it, so that only the guard can tell them apart. */
let vectors: Record<string, readonly number[]>;
let embedded: string[];
let failing: boolean;
let clock: number;
let cache: ResponseCache;
beforeEach(() => {
  vectors = {};
  embedded = [];
  failing = false;
  clock = 0;
  const settings = cacheSettingsSchema.parse({ exact: { use: 'always' }, semantic: { enabled: true, embeddingModel: 'x/y', threshold: 0.9 } });
  cache = createResponseCache({
    settings: () => settings, now: () => clock,
    async embed(texts, _signal, scope) {
      expect(scope).toEqual(SCOPE);
      embedded.push(...texts);
      if (failing) throw new Error('no embedding today');
      return texts.map((text) => vectors[text] ?? [3, 4]);
    },
  });
});

const settled = () => new Promise((resolve) => { setImmediate(resolve); });
const keep = async (request: ModelRequest, answer = ANSWER) => {
  cache.keep(SCOPE, MODEL, request, () => request, answer);
  await settled();
};
const kindOf = async (request: ModelRequest, scope = SCOPE, model = MODEL) => (await cache.find(scope, model, request, () => request, never))?.kind ?? null;

describe('a question that means the same', () => {
  test('gets the answer; the same one gets it as exact, without an embedding', async () => {
    await keep(asking(ASKED));
    embedded = [];
    expect(await kindOf(asking(ASKED))).toBe('exact');
    expect(embedded).toEqual([]);
    expect(await cache.find(SCOPE, MODEL, asking(REWORDED), () => asking(REWORDED), never)).toEqual({ kind: 'semantic', answer: ANSWER });
    expect(embedded).toEqual([REWORDED]);
  });

  test('is one within the threshold; of several the nearest is taken', async () => {
    vectors = { [ASKED]: [1, 0], [REWORDED]: [0.91, Math.sqrt(1 - 0.91 ** 2)], 'How would I reset my password?': [0.89, Math.sqrt(1 - 0.89 ** 2)] };
    await keep(asking(ASKED));
    expect(await kindOf(asking('How would I reset my password?'))).toBeNull();
    await keep(asking(REWORDED), { ...ANSWER, text: 'The nearer one.' });
    vectors['How should I reset my password?'] = vectors[REWORDED]!;
    expect((await cache.find(SCOPE, MODEL, asking('How should I reset my password?'), () => asking('How should I reset my password?'), never))?.answer.text).toBe('The nearer one.');
  });

  test('is only looked for where all else is the same', async () => {
    await keep(asking(ASKED));
    embedded = [];
    expect(await kindOf(asking(REWORDED), { tenant: 'other' })).toBeNull();
    expect(await kindOf(asking(REWORDED), SCOPE, 'openai/other')).toBeNull();
    expect(await kindOf(asking(REWORDED, { system: 'Be long.' }))).toBeNull();
    expect(await kindOf(asking(REWORDED, { maxOutputTokens: 99 }))).toBeNull();
    expect(await kindOf(asking(REWORDED, { outputSchema: { name: 'x', jsonSchema: {} } }))).toBeNull();
    const before = { role: 'user', content: 'I use another program.' } as const;
    expect(await kindOf(asking('', { messages: [before, { role: 'user', content: REWORDED }] }))).toBeNull();
    const image = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } } as const;
    expect(await kindOf(asking('', { messages: [{ role: 'user', content: [{ type: 'text', text: REWORDED }, image] }] }))).toBeNull();
    expect(embedded).toEqual([]);
  });

  test('is forgotten with the answer', async () => {
    await keep(asking(ASKED));
    clock = 61 * 60_000;
    expect(await kindOf(asking(REWORDED))).toBeNull();
  });

  test('a miss is embedded once, also when its answer is kept', async () => {
    await keep(asking(ASKED));
    vectors[REWORDED] = [4, -3];
    embedded = [];
    const request = asking(REWORDED);
    expect(await kindOf(request)).toBeNull();
    await keep(request);
    expect(embedded).toEqual([REWORDED]);
  });

  test('embeddings that fail, or are nothing, make a miss', async () => {
    await keep(asking(ASKED));
    failing = true;
    expect(await kindOf(asking(REWORDED))).toBeNull();
    await keep(asking('How could I reset my password?'));
    failing = false;
    vectors['How would I reset my password?'] = [0, 0];
    vectors['How should I reset my password?'] = [Number.NaN, 1];
    vectors['How might I reset my password?'] = [3, 4, 0];
    for (const text of Object.keys(vectors)) expect(await kindOf(asking(text))).toBeNull();
    expect(await kindOf(asking('How could I reset my password?'))).toBe('exact');
  });
});

/** Near in every embedding, and yet not the same. */
const DIFFERENT = [
  ['What is 2+2?', 'What is 2+3?'],
  ['What is 2 + 3?', 'What is 2 * 3?'],
  ['Convert 10 km to miles', 'Convert 10 m to miles'],
  ['What is 5! ?', 'What is 5?'],
  ['Is 3 > 2?', 'Is 3 < 2?'],
  ['How do I get from 3 to 5?', 'How do I get from 5 to 3?'],
  ['What are two thirds of nine?', 'What are two thirds of six?'],
  ['Is it safe to drink?', 'Is it not safe to drink?'],
  ['Why does it work?', "Why doesn't it work?"],
  ['Can I log in?', "Why can't I log in?"],
  ['Which plans include support?', 'Which plans do not include support?'],
  ['Show the jobs with errors', 'Show the jobs without errors'],
  ['Is A not B?', 'Is B not A?'],
  ['Name the not working but painted one', 'Name the working but not painted one'],
  ['Find the file "report.pdf"', 'Find the file "invoice.pdf"'],
  ["Who wrote the song 'let it be'?", "Who wrote the song 'yesterday evening'?"],
  ['Explain `git reset`', 'Explain `git revert`'],
  ['Explain `git reset --hard`', 'Explain `git reset --soft`'],
  ['What does foo_bar do?', 'What does foo_baz do?'],
  ['What does fooBar do?', 'What does fooBaz do?'],
  ['What does parse() return?', 'What does parse(x) return?'],
  ['Is https://example.com/a up?', 'Is https://example.com/b up?'],
  ['Who owns src/main.ts?', 'Who owns src/wire.ts?'],
  ['Summarise ticket #123', 'Summarise ticket #124'],
  ['What is the capital of France?', 'What is the capital of Spain?'],
  ['Paris weather', 'Rome weather'],
  ['Did France beat Spain?', 'Did Spain beat France?'],
  ['convert dollars to euros', 'convert euros to dollars'],
  ['flights from paris to rome', 'flights to paris from rome'],
  ['Who is older, Ann or Bob?', 'Who is older, Ann and Bob?'],
  ['When did the war start?', 'Where did the war start?'],
  ['When did the war start?', 'When did the war end?'],
  ['How do I enable the cache?', 'How do I disable the cache?'],
  ['What is the highest mountain?', 'What is the lowest mountain?'],
  ['List all open issues', 'List some open issues'],
  ['Can I see your data?', 'Can you see my data?'],
  ['How do I delete my account?', 'How do I create my account?'],
  ['What is IBM?', 'What is AMD?'],
  ['Tell me about C++', 'Tell me about C#'],
  ['Ist es erlaubt?', 'Ist es nicht erlaubt?'],
  ['Est-ce que ça marche?', 'Est-ce que ça ne marche pas?'],
  ['Send it to ann@example.com', 'Send it to bob@example.com'],
  ['Is it due 2026-01-02?', 'Is it due 2026-02-01?'],
  ['Does it cost $5?', 'Does it cost €5?'],
  ['Is it 5% off?', 'Is it 5 off?'],
  ['巴黎的天气怎么样', '罗马的天气怎么样'],
] as const;

const SAME = [
  ['How do I reset my password?', 'How can I reset my password'],
  ['What is a mutex?', "What's a mutex"],
  ['what is the capital of France', 'What is the capital of France?'],
  ['Please explain "let it be" to a child', 'explain "let it be" to a child'],
  ['Explain how DNS caching works', 'Please describe how DNS caching works'],
  ['How do I undo the last commit?', 'how would I undo the last commit'],
  ['Why does the build take so long?', 'why is the build so very long?'],
  ['What does foo_bar do?', 'Please tell what foo_bar does'],
  ["Why doesn't the page load?", 'Why does not the page load'],
  ['What is 2+2?', 'what is 2+2'],
] as const;

describe('the guard, with an embedding to which all texts are the same', () => {
  test.each(DIFFERENT)('%s is not %s', async (one, other) => {
    await keep(asking(one));
    expect(await kindOf(asking(other))).toBeNull();
  });

  test.each(SAME)('%s may be %s', async (one, other) => {
    await keep(asking(one));
    expect(await kindOf(asking(other))).toBe('semantic');
  });

  test('says the same whichever comes first', () => {
    for (const [one, other] of [...DIFFERENT, ...SAME]) {
      const [first, second] = [guardOf(one), guardOf(other)];
      if (first !== null && second !== null) expect(mayMeanTheSame(first, second)).toBe(mayMeanTheSame(second, first));
    }
  });

  test('lets no long text through, of whose details an embedding says too little', async () => {
    const text = (word: string) => `Summarise this: ${'the deploy went well and the users were happy, '.repeat(10)} but it ${word}`;
    await keep(asking(text('crashed')));
    expect(await kindOf(asking(text('flew')))).toBeNull();
  });
});
