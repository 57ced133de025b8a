import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { createHedgeAllowance } from '../../../../agent-runtime/src/router/resilience/hedge-allowance.ts';
import { hedgeStream } from '../../../../agent-runtime/src/router/resilience/hedge-stream.ts';
import type { HedgeLane } from '../../../../agent-runtime/src/router/resilience/hedge.ts';

/** A call that delivers when it is told to and ends when it is aborted. */
function lane() {
  const first = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<'aborted' | 'ended' | 'left' | 'failed'>();
  let signalled: AbortSignal | undefined;
  async function* stream(signal: AbortSignal): AsyncGenerator<string> {
    signalled = signal;
    started.resolve();
    let how: 'aborted' | 'ended' | 'left' | 'failed' = 'left';
    try {
      const aborted = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => aborted.reject(signal.reason));
      if (signal.aborted) throw signal.reason;
      await Promise.race([first.promise, aborted.promise]);
      yield 'one';
      yield 'two';
      how = 'ended';
    } catch (error) {
      how = signal.aborted ? 'aborted' : 'failed';
      throw error;
    } finally {
      closed.resolve(how);
    }
  }
  return {
    stream, started: started.promise, closed: closed.promise,
    deliver: () => first.resolve(), fail: (error: Error) => first.reject(error), isAborted: () => signalled?.aborted ?? false,
  };
}

function race(options: { afterMs?: number; mayStart?: () => boolean } = {}) {
  const [primary, second] = [lane(), lane()];
  const controller = new AbortController();
  const winners: HedgeLane[] = [];
  const parts = hedgeStream({
    afterMs: 1, ...options, signal: controller.signal, onWinner: (name) => { winners.push(name); },
    start: (name, signal) => (name === 'primary' ? primary : second).stream(signal),
  });
  return { primary, second, controller, winners, parts };
}

const timerCount = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
async function all(parts: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = [];
  for await (const part of parts) list.push(part);
  return list;
}

describe('who wins', () => {
  test('a primary that delivers in time is alone, and no timer is left', async () => {
    const timers = timerCount();
    const { primary, second, parts, winners, controller } = race({ afterMs: 3_600_000 });
    const result = all(parts);
    primary.deliver();
    expect(await result).toEqual(['one', 'two']);
    expect(winners).toEqual(['primary']);
    expect(second.isAborted()).toBe(false);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expect(timerCount()).toBe(timers);
  });

  test('a second lane that delivers first wins, and the primary is aborted at that moment and waited for', async () => {
    const { primary, second, parts, winners } = race();
    const first = parts.next();
    await second.started;
    second.deliver();
    expect(await first).toEqual({ done: false, value: 'one' });
    expect(primary.isAborted()).toBe(true);
    expect(await all(parts)).toEqual(['two']);
    expect(await primary.closed).toBe('aborted');
    expect(winners).toEqual(['second']);
  });

  test('a primary that delivers after the second has started still wins if it is first', async () => {
    const { primary, second, parts, winners } = race();
    const result = all(parts);
    await second.started;
    primary.deliver();
    expect(await result).toEqual(['one', 'two']);
    expect(await second.closed).toBe('aborted');
    expect(winners).toEqual(['primary']);
  });

  test('a second lane that may not start stays away', async () => {
    const asked = Promise.withResolvers<void>();
    const { primary, second, parts } = race({ mayStart: () => { asked.resolve(); return false; } });
    const result = all(parts);
    await asked.promise;
    primary.deliver();
    expect(await result).toEqual(['one', 'two']);
    expect(second.isAborted()).toBe(false);
  });

  test('both delivering at once gives one answer, and the other one is closed', async () => {
    const { primary, second, parts } = race();
    const result = all(parts);
    await second.started;
    primary.deliver();
    second.deliver();
    expect(await result).toEqual(['one', 'two']);
    expect(['left', 'aborted']).toContain(await second.closed);
  });
});

describe('failures', () => {
  test('a primary that fails before the second has started fails the whole', async () => {
    const { primary, second, parts } = race({ afterMs: 3_600_000 });
    const result = all(parts);
    primary.fail(new Error('primary failed'));
    await expect(result).rejects.toThrow('primary failed');
    expect(second.isAborted()).toBe(false);
  });

  test('a primary that fails afterwards leaves the answer to the second', async () => {
    const { primary, second, parts, winners } = race();
    const result = all(parts);
    await second.started;
    primary.fail(new Error('primary failed'));
    await primary.closed;
    second.deliver();
    expect(await result).toEqual(['one', 'two']);
    expect(winners).toEqual(['second']);
  });

  test("when both fail, the primary's error is thrown", async () => {
    const { primary, second, parts, controller } = race();
    const result = all(parts);
    await second.started;
    second.fail(new Error('second failed'));
    await second.closed;
    primary.fail(new Error('primary failed'));
    await expect(result).rejects.toThrow('primary failed');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});

describe('going away', () => {
  test('an abort from outside reaches both lanes at once', async () => {
    const { primary, second, parts, controller } = race();
    const result = all(parts);
    await second.started;
    controller.abort(new Error('the caller left'));
    expect([primary.isAborted(), second.isAborted()]).toEqual([true, true]);
    await expect(result).rejects.toThrow('the caller left');
    expect([await primary.closed, await second.closed]).toEqual(['aborted', 'aborted']);
  });

  test('an abort before the start starts nothing', async () => {
    const { primary, parts, controller } = race();
    controller.abort(new Error('the caller left'));
    await expect(all(parts)).rejects.toThrow('the caller left');
    expect(primary.isAborted()).toBe(false);
  });

  test('leaving the stream half-way aborts the winner', async () => {
    const { primary, parts } = race({ afterMs: 3_600_000 });
    primary.deliver();
    for await (const part of parts) {
      expect(part).toBe('one');
      break;
    }
    expect(primary.isAborted()).toBe(true);
    expect(await primary.closed).toBe('left');
  });

  test('an abort after the first part reaches the winner', async () => {
    const { primary, parts, controller } = race({ afterMs: 3_600_000 });
    primary.deliver();
    await parts.next();
    controller.abort();
    expect(primary.isAborted()).toBe(true);
    await parts.return(undefined);
  });
});

test('second calls are kept to their share of all requests, also after a long time without any', () => {
  const allowance = createHedgeAllowance();
  let taken = 0;
  for (let count = 0; count < 100; count += 1) {
    allowance.request(0.05);
    if (allowance.take()) taken += 1;
  }
  expect(taken).toBe(5);
  for (let count = 0; count < 100_000; count += 1) allowance.request(0.05);
  taken = 0;
  while (allowance.take()) taken += 1;
  expect(taken).toBe(10);
});
