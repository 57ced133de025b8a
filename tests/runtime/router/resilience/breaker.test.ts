import { beforeEach, describe, expect, test } from '@jest/globals';
import { AiosError } from '../../../../agent-runtime/src/errors.ts';
import type { ErrorCode } from '../../../../agent-runtime/src/errors.ts';
import { createBreaker } from '../../../../agent-runtime/src/router/resilience/breaker.ts';
import type { Breaker } from '../../../../agent-runtime/src/router/resilience/resilience.ts';
import { breakerSettingsSchema } from '../../../../agent-runtime/src/router/resilience/settings.ts';

const KEY = 'https://api.example.com';
let clock = 0;
let breaker: Breaker;
beforeEach(() => {
  clock = 1_000_000;
  const settings = breakerSettingsSchema.parse({ failures: 3, failureRate: 0.5, windowMs: 10_000, openMs: 1_000, maxOpenMs: 8_000 });
  breaker = createBreaker(() => settings, () => clock);
});

const failure = (code: ErrorCode = 'model_unavailable', retryAfterMs?: number) => new AiosError(code, 'It failed.', { retryAfterMs });
const fail = (code?: ErrorCode, retryAfterMs?: number) => breaker.enter(KEY)!.failed(failure(code, retryAfterMs));
const succeed = () => breaker.enter(KEY)!.succeeded();
const open = () => { for (let count = 0; count < 3; count += 1) fail(); };

describe('opening', () => {
  test('failures in a row open it, for its key alone', () => {
    fail();
    fail();
    expect(breaker.state(KEY)).toBe('closed');
    fail();
    expect(breaker.state(KEY)).toBe('open');
    expect(breaker.enter(KEY)).toBeNull();
    expect(breaker.opensAgainInMs(KEY)).toBe(1_000);
    expect(breaker.enter('https://other.example.com')).not.toBeNull();
  });

  test('a success in between starts the row anew', () => {
    for (let count = 0; count < 20; count += 1) {
      fail();
      succeed();
      succeed();
    }
    expect(breaker.state(KEY)).toBe('closed');
  });

  test('failures that make up the failure rate of the window open it, though not in a row', () => {
    for (let count = 0; count < 2; count += 1) {
      fail();
      succeed();
    }
    expect(breaker.state(KEY)).toBe('closed');
    fail();
    expect(breaker.state(KEY)).toBe('open');
  });

  test('failures that have left the window do not count', () => {
    fail();
    fail();
    succeed();
    clock += 11_000;
    fail();
    fail();
    expect(breaker.state(KEY)).toBe('closed');
  });

  test.each<ErrorCode>(['model_unavailable', 'model_overloaded', 'model_timeout', 'model_stream_cut', 'model_output_invalid'])('%s counts', (code) => {
    for (let count = 0; count < 3; count += 1) fail(code);
    expect(breaker.state(KEY)).toBe('open');
  });

  test.each<ErrorCode>([
    'model_request_rejected', 'model_context_too_long', 'model_refused', 'model_unauthorized', 'model_billing', 'model_not_found',
    'budget_exceeded', 'privacy_refused', 'internal', 'deadline_exceeded',
  ])('%s does not count', (code) => {
    for (let count = 0; count < 50; count += 1) fail(code);
    expect(breaker.state(KEY)).toBe('closed');
  });

  test('calls that the caller left do not count', () => {
    for (let count = 0; count < 50; count += 1) breaker.enter(KEY)!.cancelled();
    expect(breaker.state(KEY)).toBe('closed');
  });

  test('a permit is ended once', () => {
    const permit = breaker.enter(KEY)!;
    for (let count = 0; count < 10; count += 1) permit.failed(failure());
    expect(breaker.state(KEY)).toBe('closed');
  });
});

describe('the half-open state', () => {
  test('lets exactly one probe through, and closes when it succeeds', () => {
    open();
    clock += 1_000;
    expect(breaker.state(KEY)).toBe('half-open');
    const probe = breaker.enter(KEY)!;
    expect(probe.probe).toBe(true);
    expect(breaker.enter(KEY)).toBeNull();
    probe.succeeded();
    expect(breaker.state(KEY)).toBe('closed');
    expect(breaker.enter(KEY)!.probe).toBe(false);
  });

  test('opens for twice as long each time that a probe fails, up to the longest', () => {
    open();
    for (const expected of [2_000, 4_000, 8_000, 8_000]) {
      clock += breaker.opensAgainInMs(KEY);
      breaker.enter(KEY)!.failed(failure());
      expect(breaker.opensAgainInMs(KEY)).toBe(expected);
    }
  });

  test('remembers how long it was open when the endpoint fails again soon, and forgets it after a time of peace', () => {
    open();
    clock += 1_000;
    breaker.enter(KEY)!.succeeded();
    open();
    expect(breaker.opensAgainInMs(KEY)).toBe(2_000);
    clock += 2_000;
    breaker.enter(KEY)!.succeeded();
    clock += 10_001;
    open();
    expect(breaker.opensAgainInMs(KEY)).toBe(1_000);
  });

  test('a cancelled probe leaves the place to the next one', () => {
    open();
    clock += 1_000;
    breaker.enter(KEY)!.cancelled();
    expect(breaker.enter(KEY)!.probe).toBe(true);
  });

  test('a probe that is answered with a refusal shows that the endpoint works', () => {
    open();
    clock += 1_000;
    breaker.enter(KEY)!.failed(failure('model_request_rejected'));
    expect(breaker.state(KEY)).toBe('closed');
  });

  test('a probe that never ends is given up after the longest time', () => {
    open();
    clock += 1_000;
    const lost = breaker.enter(KEY)!;
    clock += 7_999;
    expect(breaker.enter(KEY)).toBeNull();
    clock += 1;
    expect(breaker.enter(KEY)!.probe).toBe(true);
    lost.succeeded();
    expect(breaker.state(KEY)).toBe('half-open');
  });

  test('calls from before the opening change nothing', () => {
    const [slow, slower] = [breaker.enter(KEY)!, breaker.enter(KEY)!];
    open();
    slow.failed(failure());
    expect(breaker.opensAgainInMs(KEY)).toBe(1_000);
    slower.succeeded();
    expect(breaker.state(KEY)).toBe('open');
  });
});

describe('what the endpoint says of when to come back', () => {
  test('a rate limit closes the way for its retry-after only, without a probe', () => {
    fail('model_rate_limited', 300);
    expect(breaker.state(KEY)).toBe('open');
    expect(breaker.opensAgainInMs(KEY)).toBe(300);
    clock += 300;
    expect(breaker.state(KEY)).toBe('closed');
    expect(breaker.enter(KEY)!.probe).toBe(false);
  });

  test('a rate limit without a retry-after closes nothing', () => {
    for (let count = 0; count < 50; count += 1) fail('model_rate_limited');
    expect(breaker.state(KEY)).toBe('closed');
  });

  test('an absurd retry-after is believed up to the longest time', () => {
    fail('model_rate_limited', 365 * 86_400_000);
    expect(breaker.opensAgainInMs(KEY)).toBe(8_000);
  });

  test('an overloaded endpoint is left alone as long as it asks, if that is longer', () => {
    fail('model_overloaded');
    fail('model_overloaded');
    fail('model_overloaded', 5_000);
    expect(breaker.opensAgainInMs(KEY)).toBe(5_000);
  });
});

test('a change of the settings holds at once', () => {
  let settings = breakerSettingsSchema.parse({ failures: 100 });
  const changing = createBreaker(() => settings, () => clock);
  changing.enter(KEY)!.failed(failure());
  settings = breakerSettingsSchema.parse({ failures: 2, windowMs: 60_000 });
  changing.enter(KEY)!.failed(failure());
  expect(changing.state(KEY)).toBe('open');
});
