import { describe, expect, test } from '@jest/globals';
import { privacyPolicySchema } from '../../../../agent-runtime/src/router/privacy/policy.ts';
import { requestOfTexts } from '../../../../agent-runtime/src/router/privacy/texts.ts';
import { judge, judgeBy, LOCATIONS, requestOf, TOKEN, treatments, types } from './judging.ts';

describe('out of the box', () => {
  test('a clean request is internal and may go anywhere; declared public it is public', async () => {
    expect(await judge('Explain quicksort.')).toMatchObject({ class: 'internal', findings: [] });
    expect(treatments(await judge('Explain quicksort.'))).toBe('allow allow allow allow');
    expect((await judge('Explain quicksort.', 'public')).class).toBe('public');
  });

  test('credentials and personal data leave the house without their values', async () => {
    expect((await judge(`use ${TOKEN}`)).class).toBe('secret');
    expect(treatments(await judge(`use ${TOKEN}`, 'public'))).toBe('allow redact redact redact');
    expect((await judge('mail jane.doe@acme.com')).class).toBe('personal-data');
    expect(treatments(await judge('mail jane.doe@acme.com'))).toBe('allow redact redact redact');
  });

  test('proprietary code may go to a provider under contract, not to a third party', async () => {
    for (const verdict of [await judge('const a = 1;', 'proprietary-code'), await judge('// ACME Corp. Proprietary and\n// Confidential.\nconst a = 1;'), await judge('Find the leak in our internal SDK')]) {
      expect(verdict.class).toBe('proprietary-code');
      expect(treatments(verdict)).toBe('allow allow allow forbid');
    }
  });

  test('a declared class only raises, and what was only declared cannot be taken out', async () => {
    expect((await judge(`use ${TOKEN}`, 'internal')).class).toBe('secret');
    expect(treatments(await judge('a list', 'personal-data'))).toBe('allow forbid forbid forbid');
    expect(treatments(await judge('mail jane.doe@acme.com', 'personal-data'))).toBe('allow forbid forbid forbid');
  });

  test('the strictest of all classes decides, not only the highest', async () => {
    expect(treatments(await judge(`use ${TOKEN}`, 'proprietary-code'))).toBe('allow redact redact forbid');
  });

  test('a user who wants it kept on premises is obeyed', async () => {
    expect(treatments(await judge('Keep this on-prem and do not send it to the cloud.'))).toBe('allow forbid forbid forbid');
    expect(treatments(await judgeBy({ localityDirectives: 'ignore' })('Keep this on-prem and do not send it to the cloud.'))).toBe('allow allow allow allow');
  });

  test('data that is only spoken of does not stop the request, unless the policy says so', async () => {
    const text = 'Help me analyse this export of employee salaries and dates of birth';
    expect((await judge(text)).class).toBe('personal-data');
    expect(treatments(await judge(text))).toBe('allow allow allow allow');
    expect(treatments(await judgeBy({ stated: 'forbid' })(text))).toBe('allow forbid forbid forbid');
  });
});

describe('everything in a request is looked at', () => {
  const hidden = (text: string) => [
    requestOf('hi', { system: text }), requestOf(text), requestOf([{ type: 'text', text }]), requestOf('hi', { stopSequences: [text] }), requestOf('hi', { endUser: text }),
    requestOf([{ type: 'tool-result', callId: 'c1', content: text }]), requestOf([{ type: 'tool-result', callId: 'c1', content: [{ type: 'text', text }] }]),
    { ...requestOf('hi'), messages: [{ role: 'assistant' as const, content: [{ type: 'tool-call' as const, id: 'c1', name: 'send', argumentsText: JSON.stringify({ to: text }) }] }] },
    { ...requestOf('hi'), messages: [{ role: 'assistant' as const, content: [{ type: 'reasoning' as const, text }] }] },
    requestOf('hi', { tools: [{ name: 'send', description: text, inputSchema: {} }] }), requestOf('hi', { tools: [{ name: 'send', inputSchema: { properties: { to: { default: text } } } }] }),
    requestOf('hi', { outputSchema: { name: 'answer', jsonSchema: { description: text } } }),
  ];

  test.each([TOKEN, 'jane.doe@acme.com', '4111 1111 1111 1111'])('%s', async (value) => {
    for (const request of hidden(`x ${value} y`)) {
      const verdict = await judge(request);
      expect(verdict.treatment('us')).toBe('redact');
      expect(JSON.stringify(verdict.redacted().request)).not.toContain(value);
    }
  });

  test('what stands where nothing can be replaced stops the request', async () => {
    for (const request of [
      requestOf('hi', { tools: [{ name: TOKEN, inputSchema: {} }] }), requestOf([{ type: 'image', source: { kind: 'url', url: 'https://carol:Tr0ub4dor9x@intranet.acme.com/a.png' } }]),
      requestOf([{ type: 'tool-result', callId: TOKEN, content: 'x' }]),
    ]) expect(treatments(await judge(request))).toBe('allow forbid forbid forbid');
  });

  test('a secret over two parts of one turn is one secret', async () => {
    const verdict = await judge(requestOf([{ type: 'text', text: `a ${TOKEN.slice(0, 15)}` }, { type: 'text', text: `${TOKEN.slice(15)} b` }]));
    expect(types(verdict)).toEqual(['secret-github-token']);
    expect(verdict.redacted().request.messages[0]!.content).toEqual([{ type: 'text', text: 'a [SECRET_1]' }, { type: 'text', text: ' b' }]);
  });

  test('texts without a conversation, for embeddings', async () => {
    const verdict = await judge(requestOfTexts(['plain', `with ${TOKEN}`]));
    expect(verdict.redacted().request.messages.map(({ content }) => content)).toEqual(['plain', 'with [SECRET_1]']);
  });

  test('images have the class that the policy gives them', async () => {
    const request = requestOf([{ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } }]);
    expect(await judge(request)).toMatchObject({ class: 'internal', findings: [{ type: 'image', count: 1 }] });
    expect(treatments(await judgeBy({ images: 'personal-data' })(request))).toBe('allow forbid forbid forbid');
  });
});

describe('the policy', () => {
  test('a cell replaces the default, and rules make it stricter for some, never laxer', async () => {
    const byPolicy = judgeBy({
      treatments: { 'personal-data': { eu: 'allow' }, internal: { 'third-party': 'forbid' } },
      rules: [{ agent: 'cto', treatments: { secret: { us: 'forbid' }, 'personal-data': { us: 'allow' } } }, { tenant: 'bank', atLeast: 'proprietary-code' }],
    });
    expect(treatments(await byPolicy('mail jane.doe@acme.com'))).toBe('allow allow redact forbid');
    expect(treatments(await byPolicy(TOKEN, undefined, { tenant: 'a', agent: 'cto' }))).toBe('allow redact forbid forbid');
    expect(treatments(await byPolicy('mail jane.doe@acme.com', undefined, { tenant: 'a', agent: 'cto' }))).toBe('allow allow redact forbid');
    expect((await byPolicy('hi', undefined, { tenant: 'bank' })).class).toBe('proprietary-code');
    expect((await byPolicy('hi', undefined, { tenant: 'shop' })).class).toBe('internal');
  });

  test.each([{ treatments: { secrets: {} } }, { treatments: { secret: { mars: 'allow' } } }, { rules: [{ atLeast: 'secret' }] }, { detectors: { names: true } }, { unknown: 1 }])('%j is refused', (policy) => {
    expect(privacyPolicySchema.safeParse(policy).success).toBe(false);
  });

  test('what cannot be looked through goes to local models only, or nowhere', async () => {
    const verdict = await judgeBy({ maxCharacters: 10 })('Explain quicksort.');
    expect(LOCATIONS.map((location) => verdict.treatment(location))).toEqual(['allow', 'forbid', 'forbid', 'forbid']);
    expect(verdict.unclassified).toMatch(/longer than the 10 characters/);
    await expect(judgeBy({ maxCharacters: 10, unclassified: 'refuse' })('Explain quicksort.')).rejects.toMatchObject({ code: 'privacy_unclassified' });
    const broken = requestOf('hi', { tools: [{ name: 'a', inputSchema: { get boom(): never { throw new Error('no'); } } }] });
    expect(treatments(await judge(broken))).toBe('allow forbid forbid forbid');
  });
});
