import { describe, expect, test } from '@jest/globals';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import fc from 'fast-check';
import { findSecrets } from '../../../agent-runtime/src/secrets/find-secrets.ts';
import { findKnownTokens } from '../../../agent-runtime/src/secrets/known-tokens.ts';
import { mayHoldSecret } from '../../../agent-runtime/src/secrets/may-hold-secret.ts';
import { EXAMPLES_BY_RULE, KNOWN_TOKEN_EXAMPLES } from './secret-examples.ts';

const ruleNames = rules.map((rule) => rule.meta.id.replace('@secretlint/secretlint-rule-', '')).filter((name) => name !== 'filter-comments');
const examples = Object.entries(EXAMPLES_BY_RULE).flatMap(([rule, texts]) => texts.map((text) => ({ rule, text })));

test('there is an example of every rule that secretlint recommends', () => {
  expect(Object.keys(EXAMPLES_BY_RULE).sort()).toEqual([...ruleNames].sort());
});

describe('the cheap look before secretlint', () => {
  test.each(examples)('lets through what $rule finds', async ({ text }) => {
    expect(await findSecrets(text)).not.toEqual([]);
    expect(mayHoldSecret(text)).toBe(true);
  });

  test('lets through whatever secretlint finds in any surroundings', async () => {
    const surroundings = fc.oneof(fc.string({ maxLength: 60 }), fc.stringMatching(/^[A-Za-z0-9_.+/=:'" -]{0,40}$/));
    await fc.assert(fc.asyncProperty(surroundings, fc.constantFrom(...examples), surroundings, async (before, { text }, after) => {
      const whole = before + text + after;
      if (!mayHoldSecret(whole)) expect(await findSecrets(whole)).toEqual([]);
    }), { numRuns: 400 });
  });

  test('spares ordinary code', () => {
    expect(mayHoldSecret('export function createDatabaseConnectionPool(options: PoolOptions): Promise<Pool> {\n  return connect(options.url);\n}')).toBe(false);
  });
});

test("the place of an AWS secret key is the key's own", async () => {
  const key = EXAMPLES_BY_RULE.aws![2]!.slice(25, 65);
  const text = `before\naws_secret_access_key = "${key}"\nafter`;
  const [secret] = await findSecrets(text);
  expect(text.slice(secret!.start, secret!.end)).toBe(key);
});

describe('tokens that secretlint does not know', () => {
  test.each(KNOWN_TOKEN_EXAMPLES)('%#: found whole', (token) => {
    const text = `const key = f("https://${token}:x-oauth-basic@github.com", "${token}");`;
    expect(findKnownTokens(text).map(({ start, end }) => text.slice(start, end))).toContain(token);
  });

  test.each([
    ['password: "Tr0ub4dor&3"', 'Tr0ub4dor&3'], ['DB_PASSWORD=S3cr3tPass!w0rd', 'S3cr3tPass!w0rd'], ["{'api_key': 'q9f8w7e6r5t4'}", 'q9f8w7e6r5t4'],
    ['//npm.example.com/:_authToken=0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9', '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9'], ['My password is Winter2031!x', 'Winter2031!x'], ['Authorization: Bearer m8Kd93ksLQ0xPz71', 'm8Kd93ksLQ0xPz71'],
  ])('a value that something is set to: %s', (text, value) => {
    expect(findKnownTokens(text).map(({ start, end }) => text.slice(start, end))).toEqual([value]);
  });

  test.each([
    'const token = scanner2.scanJsDocToken();', 'password: process.env.DB_PASSWORD1', 'apiKey: "your-api-key-1"', "token: tokens[0].value1", 'const secretKey = await loadKey2()',
    'password = "<password1>"', 'type Token2 = string', 'the password is required in step 2', 'accessToken: config.tokens.primary2',
  ])('code and stand-ins are left alone: %s', (text) => {
    expect(findKnownTokens(text)).toEqual([]);
  });
});
