import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import { createOpenAiCompatibleModel } from '../../../agent-runtime/src/providers/openai-compatible/model.ts';
import { upstreamError } from '../../../agent-runtime/src/providers/upstream-error.ts';
import type { Endpoint, ModelErrorCode } from '../../../agent-runtime/src/providers/upstream-error.ts';
import { startOpenAiStandIn } from '../../stand-ins/llm/openai/start-openai-stand-in.ts';
import { PROVIDERS, REQUEST, never } from './each-provider.ts';
import { partsOf, thrownBy } from './thrown-by.ts';

const ENDPOINT: Endpoint = {
  title: 'The OpenAI-compatible server', modelId: 'local', baseUrl: 'http://models.example:8000/v1', apiKey: 'the-key-of-the-call',
  variables: { key: 'OPENAI_API_KEY', url: 'OPENAI_BASE_URL', models: 'OPENAI_MODELS' },
};
const CODES: readonly ModelErrorCode[] = [
  'model_not_configured', 'model_unauthorized', 'model_billing', 'model_not_found', 'model_request_rejected', 'model_context_too_long', 'model_refused', 'model_rate_limited',
  'model_overloaded', 'model_unavailable', 'model_timeout', 'model_stream_cut', 'model_output_invalid',
];

describe('an upstream error', () => {
  test('tells the caller what the provider said, and the summary does not', () => {
    const error = upstreamError(ENDPOINT, { code: 'model_request_rejected', status: 400, detail: 'messages[1]: "Dear Ms Doe, your diagnosis" is too rude' });
    expect(error.message).toContain('Dear Ms Doe');
    expect(error.summary).not.toContain('Doe');
    expect(error.summary).toMatch(/^The OpenAI-compatible server refused the request to local \(HTTP 400\)\. \S/);
  });

  test('tells what was wrong in words of ours in both', () => {
    const error = upstreamError(ENDPOINT, { code: 'model_stream_cut', reason: 'the stream ended without an answer' });
    expect(error.summary).toBe(error.message);
    expect(error.summary).toContain('local broke off: the stream ended without an answer.');
  });

  test.each([
    `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`, `AKIA${'Q7ZD3MXK5RWP2LTB'}`, `sk-${'ant-api03-Zk3vQ9xT7mWb2LpRf8HsYc4NdJ6uGaE1oKiX5VtB0qMw'}`, `xoxb-${'123456789012-abcdefGHIJ'}`,
    `AIza${'SyB4f7Kq9Lm2Np5Rs8Tv1Wx3Yz6Ac0De4Fg'}`, 'https://carol:Tr0ub4dor9x@intranet.acme.com/a', `SG.${'aK3vQ9xT7mWb2LpRf8HsYc.NdJ6uGaE1oKiX5VtB0qMwSzDhUyCjPrAeFgInOlQ2x4'}`, 'the-key-of-the-call',
  ])('quotes without secrets: %s', (secret) => {
    for (const detail of [`could not fetch "${secret}"`, `{"input":"${secret}"}`, `password: x, ${secret}`, `${'a '.repeat(985)}${secret}`]) {
      const { message } = upstreamError(ENDPOINT, { code: 'model_request_rejected', detail });
      expect(message).not.toContain(secret.slice(0, 16));
    }
  });

  test('quotes an assigned value without it', () => {
    expect(upstreamError(ENDPOINT, { code: 'model_request_rejected', detail: 'bad line: db_password = "hunter2Zq91x!"' }).message).toMatch(/db_password = "\[secret\]"/);
  });

  test.each(CODES)('%s is worded without a promise and as a sentence', (code) => {
    const { message } = upstreamError(ENDPOINT, { code });
    expect(message).not.toMatch(/the The|tried again|undefined/);
    expect(message).toMatch(/\.$/);
  });
});

test('any other error is its own summary', () => {
  expect(new AiosError('invalid_request', 'No.').summary).toBe('No.');
  expect(new AiosError('invalid_request', 'No: secret.', { summary: 'No.' }).summary).toBe('No.');
});

test('what a server said is not in the summary of the error of a call', async () => {
  const standIn = await startOpenAiStandIn({ requiresKey: false });
  try {
    const model = createOpenAiCompatibleModel({ modelId: 'local', baseUrl: `${standIn.url}/v1` });
    const said = { error: { message: 'cannot take: Dear Ms Doe', type: 'server_error', code: null } };
    standIn.always({ status: 500, body: said });
    for (const call of [() => model.generate(REQUEST, { signal: never }), () => partsOf(model.stream(REQUEST, { signal: never }))]) {
      const error = await thrownBy(call());
      expect([error.message.includes('Ms Doe'), error.summary.includes('Ms Doe')]).toEqual([true, false]);
    }
  } finally {
    await standIn.close();
  }
});

test.each(PROVIDERS)('$name sends nothing to where a server redirects to, whatever the status', async ({ create }) => {
  let elsewhere = 0;
  const other = createServer((_, response) => { elsewhere += 1; response.end('{}'); });
  await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve); });
  const target = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  for (const status of [301, 302, 303, 307, 308]) {
    const server = createServer((_, response) => response.writeHead(status, { location: `${target}/v1?key=abc` }).end());
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    try {
      const model = create(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const streamed = async () => { for await (const _part of model.stream(REQUEST, { signal: never })); };
      for (const error of [await thrownBy(model.generate(REQUEST, { signal: never })), await thrownBy(streamed())]) {
        expect(error).toMatchObject({ code: 'model_unavailable', message: expect.stringContaining(`it redirects to ${target}.`) });
      }
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }
  other.closeAllConnections();
  other.close();
  expect(elsewhere).toBe(0);
});

test.each([
  ['https://login.example/callback?token=abc#x', 'https://login.example'], ['/elsewhere?token=abc', null], ['http://[', 'another address'], [undefined, 'another address'],
])('a redirect to %s is told by its origin', async (location, told) => {
  const server = createServer((_, response) => response.writeHead(302, location === undefined ? {} : { location }).end());
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  try {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error = await thrownBy(createOpenAiCompatibleModel({ modelId: 'local', baseUrl: `${origin}/v1` }).generate(REQUEST, { signal: never }));
    expect(error.message).toContain(`: it redirects to ${told ?? origin}. `);
    expect(error.message).not.toMatch(/token|callback|elsewhere/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
