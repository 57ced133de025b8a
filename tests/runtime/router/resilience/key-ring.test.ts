import { beforeEach, describe, expect, test } from '@jest/globals';
import { AiosError } from '../../../../agent-runtime/src/errors.ts';
import type { ErrorCode } from '../../../../agent-runtime/src/errors.ts';
import { createKeyRing } from '../../../../agent-runtime/src/router/resilience/key-ring.ts';
import type { KeyRing } from '../../../../agent-runtime/src/router/resilience/resilience.ts';

let clock = 0;
let reports: string[] = [];
let ring: KeyRing;
beforeEach(() => {
  clock = 0;
  reports = [];
  ring = createKeyRing(['a', 'b', 'c'].map((id) => ({ id, key: `sk-${id}` })), () => clock, (id, error) => reports.push(`${id} ${error.code}`));
});

const failure = (code: ErrorCode, retryAfterMs?: number) => new AiosError(code, 'It failed.', { retryAfterMs });
const nextIds = (count: number) => Array.from({ length: count }, () => ring.next()?.id ?? null);

test('keys are handed out in turn', () => {
  expect(nextIds(6)).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  expect(ring.size).toBe(3);
  expect(ring.nextInMs()).toBe(0);
});

describe('a rate-limited key', () => {
  test('rests for its retry-after, and the others go on', () => {
    ring.failed('b', failure('model_rate_limited', 5_000));
    expect(nextIds(4)).toEqual(['a', 'c', 'a', 'c']);
    clock = 5_000;
    expect(nextIds(3).sort()).toEqual(['a', 'b', 'c']);
  });

  test('rests for longer each time while the provider does not say how long', () => {
    const alone = createKeyRing([{ id: 'a', key: 'sk-a' }], () => clock);
    const rests = Array.from({ length: 4 }, () => {
      alone.failed('a', failure('model_rate_limited'));
      const rest = alone.nextInMs();
      clock += rest;
      return rest;
    });
    expect(rests).toEqual([1_000, 2_000, 4_000, 8_000]);
    alone.succeeded('a');
    alone.failed('a', failure('model_rate_limited'));
    expect(alone.nextInMs()).toBe(1_000);
  });

  test('is not kept away for ever by an absurd retry-after', () => {
    ring.failed('a', failure('model_rate_limited', Number.MAX_SAFE_INTEGER));
    clock = 5 * 60_000;
    expect(nextIds(3)).toContain('a');
  });
});

describe('a key that is refused or not paid for', () => {
  test.each<ErrorCode>(['model_unauthorized', 'model_billing'])('rests for minutes after %s', (code) => {
    ring.failed('a', failure(code));
    expect(nextIds(4)).toEqual(['b', 'c', 'b', 'c']);
    clock = 5 * 60_000;
    expect(nextIds(3)).toContain('a');
  });

  test('is reported once, and again only after it has worked', () => {
    for (let count = 0; count < 3; count += 1) {
      ring.failed('a', failure('model_unauthorized'));
      clock += 5 * 60_000;
    }
    expect(reports).toEqual(['a model_unauthorized']);
    ring.succeeded('a');
    ring.failed('a', failure('model_unauthorized'));
    expect(reports).toEqual(['a model_unauthorized', 'a model_unauthorized']);
  });

  test('still rests when a call from before ends well', () => {
    ring.failed('a', failure('model_unauthorized'));
    ring.succeeded('a');
    expect(nextIds(4)).toEqual(['b', 'c', 'b', 'c']);
    ring.failed('a', failure('model_unauthorized'));
    expect(reports).toHaveLength(1);
  });
});

test('when all keys are refused they are handed out all the same, so that the caller hears what is wrong with them', () => {
  for (const id of ring.ids) ring.failed(id, failure('model_unauthorized'));
  expect(nextIds(3).sort()).toEqual(['a', 'b', 'c']);
  expect(reports).toHaveLength(3);
});

test('no key to be had is null, with the time until there is one', () => {
  ring.failed('a', failure('model_rate_limited', 9_000));
  ring.failed('b', failure('model_rate_limited', 3_000));
  ring.failed('c', failure('model_unauthorized'));
  expect(ring.next()).toBeNull();
  expect(ring.nextInMs()).toBe(3_000);
  clock = 3_000;
  expect(ring.next()?.id).toBe('b');
});

test('other failures say nothing about a key', () => {
  for (const code of ['model_unavailable', 'model_request_rejected', 'model_refused', 'model_timeout'] as const) ring.failed('a', failure(code));
  expect(nextIds(3)).toEqual(['a', 'b', 'c']);
});

test('an endpoint without keys gives undefined at any time', () => {
  const none = createKeyRing([], () => clock);
  expect(none.next()).toBeUndefined();
  expect(none.nextInMs()).toBe(0);
  none.failed('a', failure('model_unauthorized'));
  none.succeeded('a');
  expect(none.next()).toBeUndefined();
});
