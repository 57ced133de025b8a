import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Model } from '../../../agent-runtime/src/providers/model.ts';
import { partialUsageOf } from '../../../agent-runtime/src/providers/partial-usage.ts';
import type { LlmStandIn } from '../../stand-ins/llm/stand-in.ts';
import { PROVIDERS, REQUEST, never } from './each-provider.ts';
import { partsOf, thrownBy } from './thrown-by.ts';

const PAGE = '<!doctype html><html><body>Welcome to nginx!</body></html>';
const ERROR_BODIES: Readonly<Record<string, { readonly overloaded: unknown; readonly tooLong: unknown }>> = {
  anthropic: {
    overloaded: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    tooLong: { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 9 tokens > 8 maximum' } },
  },
  ollama: { overloaded: { error: 'server busy, please try again' }, tooLong: { error: 'the input length exceeds the context length' } },
  'openai-compatible': {
    overloaded: { error: { message: 'The engine is currently overloaded', type: 'server_error', code: 503 } },
    tooLong: { error: { message: 'too long', type: 'invalid_request_error', code: 'context_length_exceeded' } },
  },
};

describe.each(PROVIDERS)('$name', ({ name, start, create }) => {
  let standIn: LlmStandIn;
  let model: Model;
  beforeEach(async () => {
    standIn = await start();
    model = create(standIn.url);
  });
  afterEach(() => standIn.close());
  const ways = [
    ['generate', () => model.generate(REQUEST, { signal: never })],
    ['stream', () => partsOf(model.stream(REQUEST, { signal: never }))],
  ] as const;

  describe.each(ways)('%s', (_, call) => {
    test.each([[529, 'model_overloaded'], [402, 'model_billing'], [504, 'model_timeout'], [418, 'model_request_rejected']])(
      'a status %i means %s, whatever the body is', async (status, code) => {
        standIn.next({ status, body: '<html>no</html>' });
        expect((await thrownBy(call())).code).toBe(code);
      });

    test('a 200 with an error in it means what the error says', async () => {
      standIn.next({ status: 200, body: ERROR_BODIES[name]!.overloaded }, { status: 200, body: ERROR_BODIES[name]!.tooLong });
      expect((await thrownBy(call())).code).toBe('model_overloaded');
      expect((await thrownBy(call())).code).toBe('model_context_too_long');
    });

    test('a web page with 200 is said to be one', async () => {
      standIn.next({ status: 200, body: PAGE });
      const error = await thrownBy(call());
      expect(error.code).toBe('model_unavailable');
      expect(error.message).toContain('web page');
    });

    test('garbage is operational and said in words', async () => {
      standIn.next({ bytes: Buffer.from([0, 255, 254, 1, 2, 3, 10, 10]) });
      const error = await thrownBy(call());
      expect(error.kind).toBe('operational');
      expect(error.message).toMatch(/not JSON|not an event stream|message_stop|last line|ended|not a message|empty/);
    });

    test('an empty answer is operational', async () => {
      standIn.next({ bytes: '' });
      expect((await thrownBy(call())).kind).toBe('operational');
    });
  });

  test('half a character at the cut is no part of the text, and the stream is cut', async () => {
    const answer = { text: 'ä😀'.repeat(40) };
    standIn.next({ ...answer });
    const whole = (await partsOf(model.stream(REQUEST, { signal: never }))).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
    const texts: string[] = [];
    for (let afterBytes = 700; afterBytes < 720; afterBytes += 1) {
      standIn.next({ cut: 'reset', answer, afterBytes });
      const error = await thrownBy((async () => {
        texts.length = 0;
        for await (const part of model.stream(REQUEST, { signal: never })) if (part.type === 'text') texts.push(part.text);
      })());
      expect(error.code).toBe('model_stream_cut');
      expect(whole.startsWith(texts.join(''))).toBe(true);
    }
  });

  test('a cut stream is paid for by what was received', async () => {
    standIn.next({ cut: 'reset', text: 'words and words and words and words and words and more words', afterChunks: 2 });
    const received: string[] = [];
    const error = await thrownBy((async () => {
      for await (const part of model.stream(REQUEST, { signal: never })) if (part.type === 'text') received.push(part.text);
    })());
    expect(partialUsageOf(error)!.output).toBe(Math.ceil(Buffer.byteLength(received.join('')) / 4));
    expect(partialUsageOf(error)!.output).toBeGreaterThan(5);
  });

  test('a connection that is reset before the answer is operational', async () => {
    standIn.next({ cut: 'reset', answer: { text: 'x' }, afterBytes: 0 });
    expect((await thrownBy(model.generate(REQUEST, { signal: never }))).kind).toBe('operational');
  });
});
