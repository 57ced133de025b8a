import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge, requestOf, TOKEN } from './judging.ts';

const VALUES = [TOKEN, 'jane.doe@acme.com', '4111 1111 1111 1111', '5555555555554444', 'GB82WEST12345698765432', '536-90-4399', '+14155552671', `AKIA${'ABCDEFGHIJKLMNO7'}`, 'https://carol:Tr0ub4dor9x@intranet.acme.com'];
const PLACEHOLDERS = ['[EMAIL_1]', '[CARD_2]', '[SECRET_1', '[', 'EMAIL_1]', '[[PHONE_1]]'];

const piece = fc.oneof(fc.constantFrom(...VALUES), fc.constantFrom(...PLACEHOLDERS), fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom(' ', '\n', '\\', '"', '\\n', '%40', '\u200b'));
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(' '));
/** Pieces of a text, cut anywhere. */
const cutInto = (whole: string, cuts: readonly number[]) => {
  const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
  return places.slice(1).map((place, index) => whole.slice(places[index]!, place));
};
const contentOf = (content: unknown) => content as string;

test('restoring gives back any text, and the redacted request holds no value that was found', async () => {
  await fc.assert(fc.asyncProperty(text, text, async (first, second) => {
    const verdict = await judge(requestOf(first, { system: second }));
    const { request, restore } = verdict.redacted();
    expect(restore(contentOf(request.messages[0]!.content))).toBe(first);
    expect(restore(request.system)).toBe(second);
    const again = await judge(request);
    expect(again.findings.filter(({ type }) => !type.startsWith('stated'))).toEqual([]);
  }), { numRuns: 200 });
});

test('a stream is restored to the same text wherever it is cut', async () => {
  await fc.assert(fc.asyncProperty(text, fc.array(fc.nat(400), { maxLength: 12 }), fc.constantFrom<'text' | 'json'>('text', 'json'), async (given, cuts, form) => {
    const redaction = (await judge(given)).redacted();
    const answer = `${contentOf(redaction.request.messages[0]!.content)} [EMAIL_1] [EMAIL_9] [CARD_1`;
    const restorer = redaction.restorer(form);
    const streamed = cutInto(answer, cuts).map((part) => restorer.push(part)).join('') + restorer.end();
    expect(streamed).toBe(form === 'json' ? redaction.restoreJson(answer) : redaction.restore(answer));
  }), { numRuns: 200 });
});

test("a tool call's arguments stay valid JSON both ways and keep what they say", async () => {
  await fc.assert(fc.asyncProperty(fc.dictionary(fc.string({ maxLength: 6 }), fc.oneof(text, fc.constant(4111111111111111), fc.integer(), fc.array(text, { maxLength: 2 })), { maxKeys: 4 }), async (given) => {
    const argumentsText = JSON.stringify(given);
    const { request, restoreJson } = (await judge({ ...requestOf(''), messages: [{ role: 'assistant', content: [{ type: 'tool-call', id: 'c', name: 't', argumentsText }] }] })).redacted();
    const [part] = request.messages[0]!.content as unknown as [{ argumentsText: string }];
    expect(() => JSON.parse(part.argumentsText)).not.toThrow();
    const restored = JSON.parse(restoreJson(part.argumentsText));
    expect(JSON.parse(JSON.stringify(restored), numbers)).toEqual(JSON.parse(argumentsText, numbers));
  }), { numRuns: 200 });
  // A card that stood there as a number comes back as a string.
  function numbers(_: string, value: unknown) { return typeof value === 'number' ? String(value) : value; }
});

test('the same value has the same placeholder everywhere, and keeps it in a longer conversation', async () => {
  const turns = [{ role: 'user' as const, content: 'I am jane.doe@acme.com' }, { role: 'assistant' as const, content: 'Hello jane.doe@acme.com' }];
  const short = (await judge({ ...requestOf(''), messages: turns })).redacted().request;
  const long = (await judge({ ...requestOf(''), messages: [...turns, { role: 'user', content: 'and joe@acme.com' }], tools: [{ name: 't', description: 'ask kim@acme.com', inputSchema: {} }] })).redacted().request;
  expect(short.messages.map(({ content }) => content)).toEqual(['I am [EMAIL_1]', 'Hello [EMAIL_1]']);
  expect(long.messages.slice(0, 2)).toEqual(short.messages);
  expect(long.messages[2]!.content).toBe('and [EMAIL_2]');
  expect(long.tools![0]!.description).toBe('ask [EMAIL_3]');
});

test('a value is also taken out where it could not be recognised', async () => {
  const { request } = (await judge('my bsn is 111222333. Repeat: 111222333')).redacted();
  expect(request.messages[0]!.content).toBe('my bsn is [ID_1]. Repeat: [ID_1]');
});

test('of many values that begin alike each has its own placeholder, and the longest is taken where it is repeated', async () => {
  const addresses = Array.from({ length: 300 }, (_, index) => `person-${index}@acme.com`);
  const { request, restore } = (await judge(`${addresses.join(' ')} aperson-12@acme.comm person-1@acme.community`)).redacted();
  const sent = String(request.messages[0]!.content);
  expect(new Set(sent.match(/\[EMAIL_\d+\]/g)).size).toBeGreaterThanOrEqual(300);
  expect(sent).not.toMatch(/person-\d+@acme\.com /);
  expect(restore(sent)).toBe(`${addresses.join(' ')} aperson-12@acme.comm person-1@acme.community`);
});

test('words of the request that look like a placeholder are not taken for one', async () => {
  const { request, restore } = (await judge('[EMAIL_1] is jane.doe@acme.com')).redacted();
  expect(request.messages[0]!.content).toBe('[EMAIL_1] is [EMAIL_2]');
  expect(restore('[EMAIL_1] [EMAIL_2]')).toBe('[EMAIL_1] jane.doe@acme.com');
});

test("a model's earlier thinking keeps its placeholders, and they go on standing for the same values", async () => {
  const turns = [{ role: 'user' as const, content: 'I am jane.doe@acme.com' }, { role: 'assistant' as const, content: [{ type: 'reasoning' as const, text: '[EMAIL_1] wants a greeting.', signature: 's' }, { type: 'text' as const, text: 'Hello' }] }];
  const { request } = (await judge({ ...requestOf(''), messages: [...turns, { role: 'user', content: 'and again' }] })).redacted();
  expect(request.messages[0]!.content).toBe('I am [EMAIL_1]');
  expect(request.messages[1]).toEqual(turns[1]);
});

test('an answer that must be JSON gets values as JSON needs them', async () => {
  const key = `-----BEGIN PRIVATE ${'KEY'}-----\nMII${'AbC4'.repeat(40)}\n-----END PRIVATE KEY-----`;
  const { restore, restorer } = (await judge(requestOf(key, { outputSchema: { name: 'a', jsonSchema: { type: 'object' } } }))).redacted();
  expect(JSON.parse(restore('{"key":"[SECRET_1]"}'))).toEqual({ key });
  expect(restorer('text').push('[SECRET_1]')).toBe(key);
});

test('a stream is held back only where a placeholder may begin', async () => {
  const restorer = (await judge('jane.doe@acme.com')).redacted().restorer();
  expect(restorer.push('see [a] and [EM')).toBe('see [a] and ');
  expect(restorer.push('PTY] [EMAIL_1')).toBe('[EMPTY] ');
  expect(restorer.push('] ok')).toBe('jane.doe@acme.com ok');
  expect(restorer.push('[')).toBe('');
  expect(restorer.end()).toBe('[');
});

test('a request without findings is not copied', async () => {
  const request = requestOf('Explain quicksort.');
  expect((await judge(request)).redacted().request).toBe(request);
});
