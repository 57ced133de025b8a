import { describe, expect, test } from '@jest/globals';
import { judge, judgeBy, TOKEN, types } from './judging.ts';

describe('personal data is found by its form and check digits', () => {
  test.each([
    ['card 4111 1111 1111 1111', 'payment-card'], ['pay with 5555555555554444 please', 'payment-card'], ['amex 3782 822463 10005', 'payment-card'], ['expires 12/26 4242-4242-4242-4242', 'payment-card'],
    ['GB82 WEST 1234 5698 7654 32', 'iban'], ['IBAN:DE89370400440532013000', 'iban'], ['transfer to FR1420041010050500013M02606 NOW', 'iban'],
    ['SSN 536-90-4399', 'us-ssn'], ['my social security number is 536904399', 'us-ssn'], ['National Insurance number AB123456C', 'gb-nino'], ['Steuer-ID 36574261809', 'de-steuer-id'],
    ['NIR 2 95 10 99 126 111 93', 'fr-nir'], ['DNI 54362315K', 'es-dni'], ['NIE X-2482300W', 'es-nie'], ['CF RCCMNL83S18D969H', 'it-codice-fiscale'], ['BSN: 111222333', 'nl-bsn'],
    ['PESEL 44051401359', 'pl-pesel'], ['personnummer 811228-9874', 'se-personnummer'], ['131052-308T', 'fi-hetu'], ['CPR 211062-5629', 'dk-cpr'], ['Aadhaar 2341 2341 2346', 'in-aadhaar'],
    ['390.533.447-05', 'br-cpf'], ['SIN 046 454 286', 'ca-sin'], ['TFN 123 456 782', 'au-tfn'], ['身份证11010519491231002X', 'cn-resident-id'], ['AHV 756.9217.0769.85', 'ch-ahv'],
    ['write to jane.doe@acme.com', 'email'], ['jörg@müller.de', 'email'], ['Signed-off-by: Jane <jane@acme.dev>', 'email'],
    ['+1 415 555 2671', 'phone'], ['call me at 020 7946 0958', 'phone'], ['(415) 555-2671', 'phone'], ['Telefon: 030 901820', 'phone'], ['手机13812345678', 'phone'],
  ])('%s', async (text, type) => {
    expect(types(await judge(text))).toContain(type);
  });

  test('a table names its columns in the first line, for rows of any length', async () => {
    const notes = 'some words '.repeat(300);
    expect((await judge(`name,notes,pesel\nJan,${notes},44051401359\nEwa,short,44051401359`)).findings).toEqual([{ type: 'pl-pesel', count: 2 }]);
    expect(types(await judge(`name,bsn,city\nJan,111222333,Delft\n${'Piet,000000000,Gouda\n'.repeat(20)}Kees,123456782,Delft`))).toEqual(['nl-bsn']);
  });
});

describe('what only looks like it is left alone', () => {
  test.each([
    'card 4111 1111 1111 1112', 'id 1234567890123456', 'GB82 WEST 1234 5698 7654 33', 'SSN 000-12-3456', 'commit 3782822463100054111111111111111a', 'at 1717171717171717 µs', '550e8400-e29b-41d4-a716-446655440000',
    'version 4.18.2-20240115', 'on 2024-01-15 10:30:00', '192.168.1.1:8080', 'sha512-4111111111111111aB+/4111111111111111==', 'x = 0.4111111111111111', 'line 123456789 of 987654321', 'user@example.com', 'noreply@github.com',
    '12345+octocat@users.noreply.github.com', 'git@github.com:owner/name.git', 'icon@2x.png', 'npm i lodash@4.17.21', '@scope/name@1.2.3', 'postgres@localhost', 'const phones = [1234567, 7654321];',
    'order 415-555', 'https://example.org/items/4111111111111111', '0x4111111111111111', 'port 123456 pid 654321', 'rgba(255, 255, 255) 10 20 30 40 50 60 70 80',
  ])('%s', async (text) => {
    expect(types(await judge(text))).toEqual([]);
  });
});

describe('encodings are taken off once', () => {
  test.each([
    ['JSON', JSON.stringify({ text: `line\n${TOKEN}` }), 'secret-github-token'],
    ['JSON in escapes', `{"key":"${[...TOKEN].map((one) => `\\u00${one.charCodeAt(0).toString(16)}`).join('')}"}`, 'secret-github-token'],
    ['Base64', `data: ${Buffer.from(`token=${TOKEN}\n`).toString('base64')}`, 'secret-github-token'],
    ['URL-safe Base64', Buffer.from(`{"mail":"jane.doe@acme.com"}`).toString('base64url'), 'email'],
    ['an address', `?q=${encodeURIComponent('jane.doe@acme.com')}`, 'email'],
    ['characters that nobody sees', '4111\u200b1111\u200b1111\u200b1111', 'payment-card'],
    ['HTML', 'jane&#64;acme.com', 'email'],
    ['an escaped address of a database', 'postgres:\\/\\/svc:Xy7Q2wLp9z@db.acme.net\\/main', 'secret-postgre-sql-connection'],
  ])('%s', async (_, text, type) => {
    const verdict = await judge(text);
    expect(types(verdict)).toContain(type);
    const shown = verdict.redacted().request.messages[0]!.content as string;
    expect(shown).toMatch(/\[[A-Z]+_1\]/);
    expect(types(await judge(shown))).toEqual([]);
    expect(verdict.redacted().restore(shown)).toBe(text);
  });
});

test('IP addresses are found where the policy asks for it, public ones only', async () => {
  const text = 'from 8.8.8.8 and 10.0.0.1 and 2606:4700:4700::1111 and ::1';
  expect(types(await judge(text))).toEqual([]);
  expect((await judgeBy({ detectors: { ipAddresses: true } })(text)).findings).toEqual([{ type: 'ip-address', count: 2 }]);
});

test('each detector can be switched off', async () => {
  const text = `4111 1111 1111 1111, GB82 WEST 1234 5698 7654 32, 536-90-4399, jane.doe@acme.com, +1 415 555 2671, ${TOKEN}, company confidential, our internal SDK`;
  expect(types(await judge(text))).toHaveLength(8);
  const off = { secrets: false, cards: false, ibans: false, nationalNumbers: false, emails: false, phones: false, markings: false, statements: false, encoded: false };
  expect(types(await judgeBy({ detectors: off })(text))).toEqual([]);
  expect(types(await judgeBy({ detectors: { ...off, cards: true } })(text))).toEqual(['payment-card']);
});

test("the policy's own addresses are no findings", async () => {
  expect(types(await judgeBy({ ignoredEmails: ['@acme.com', 'Joe@corp.example'] })('jane.doe@acme.com joe@corp.example'))).toEqual([]);
});
