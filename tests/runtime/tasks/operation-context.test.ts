import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import { markerOf } from '../../../agent-runtime/src/tasks/effect.ts';
import { attemptOf, createWorkshop, gate, broken, question, requestOf, runAll, scriptedRouter, usage, type Workshop, type RequestChange } from './workshop.ts';

let workshop: Workshop;
beforeEach(async () => { workshop = await createWorkshop(); });
afterEach(() => workshop.close());

const run = (words: readonly string[], change?: RequestChange) => runAll(workshop, words, change);

describe('the ledger', () => {
  test('counts calls that failed too', async () => {
    const { router } = scriptedRouter(async (_request, { onAttempt }) => {
      onAttempt?.(attemptOf({ model: 'test/broken', errorCode: 'model_stream_cut', usage: usage(3), costUsd: 0.125 }), 'decision');
      return {};
    });
    workshop.onWork(async (_input, { ask, spend }) => {
      await ask('one', question);
      return { said: `${(await spend()).costUsd}` };
    });
    await workshop.worker({ router });
    const [task] = await run(['a']);
    expect(task).toMatchObject({ result: { said: '0.375' }, spend: { calls: 2, costUsd: 0.375, models: ['test/one'] } });
  });

  test('keeps what a task spent that failed in the end', async () => {
    const { router } = scriptedRouter(async (_request, { onAttempt }) => {
      onAttempt?.(attemptOf({ errorCode: 'model_overloaded', costUsd: 0.5 }), 'decision');
      throw new AiosError('model_overloaded', 'Too much.');
    });
    workshop.onWork((_input, { ask }) => ask('one', question));
    await workshop.worker({ router });
    expect((await run(['a'], { options: { maxAttempts: 2 } }))[0]).toMatchObject({ status: 'dead', spend: { calls: 2, costUsd: 1, models: [] } });
  });

  test('adds up dollars exactly', async () => {
    const { router } = scriptedRouter(() => ({ costUsd: 0.1 }));
    workshop.onWork(async (_input, { ask }) => {
      for (const step of ['1', '2', '3']) await ask(step, question);
      return { said: '' };
    });
    await workshop.worker({ router });
    expect((await run(['a']))[0]!.spend.costUsd).toBe(0.3);
  });

  test('says that a cost is unknown', async () => {
    const { router } = scriptedRouter(async (_request, { onAttempt }) => {
      onAttempt?.(attemptOf({ costUsd: null, costStatus: 'unknown', errorCode: 'model_timeout' }), 'decision');
      return {};
    });
    workshop.onWork(async (_input, { ask }) => ({ said: (await ask('one', question)).text }));
    await workshop.worker({ router });
    expect((await run(['a']))[0]!.spend).toMatchObject({ costUsd: null, costStatus: 'unknown' });
  });

  test('tells the router what may still be spent, however the calls overlap', async () => {
    const { router, calls } = scriptedRouter();
    workshop.onWork(async (_input, { ask }) => {
      await Promise.all(['1', '2', '3', '4', '5'].map((step) => ask(step, question)));
      return { said: '' };
    });
    await workshop.worker({ router });
    await run(['a'], { options: { costLimitUsd: 1, modelPolicy: 'best', model: 'test/one' } });
    expect(calls.map(({ options }) => options.routing)).toMatchObject([1, 0.75, 0.5, 0.25, 0].map((costRemainingUsd) =>
      ({ policy: 'best', model: 'test/one', costRemainingUsd })));
  });
});

describe('an effect', () => {
  const key = 'github-review:acme/shop#7@abc';

  test('is done once by a task that is retried', async () => {
    const performed: string[] = [];
    workshop.onWork(async (_input, { effect, attempt }) => {
      const { id } = await effect({ key, find: async () => null, perform: async (marker) => ({ id: performed.push(marker) }) });
      if (attempt === 1) throw broken();
      return { said: `${id}` };
    });
    await workshop.worker();
    expect((await run(['a']))[0]).toMatchObject({ attempt: 2, result: { said: '1' } });
    expect(performed).toEqual([markerOf(key)]);
    expect(markerOf(key)).toMatch(/^aios:[0-9a-f]{32}$/);
  });

  test('is looked for before it is done, as an earlier attempt may have done it', async () => {
    const there = new Set<string>();
    const steps: string[] = [];
    workshop.onWork(async (_input, { effect }) => effect({
      key,
      find: async (marker) => {
        steps.push('find');
        return there.has(marker) ? { said: 'found' } : null;
      },
      perform: async (marker) => {
        steps.push('perform');
        there.add(marker);
        throw broken(); // done, but the answer was lost
      },
    }));
    await workshop.worker();
    expect((await run(['a']))[0]).toMatchObject({ status: 'succeeded', result: { said: 'found' } });
    expect(steps).toEqual(['find', 'perform', 'find']);
  });

  test('is done again when it is not found at the other side', async () => {
    let tries = 0;
    workshop.onWork(async (_input, { effect }) => effect({
      key,
      find: async () => null,
      perform: async () => {
        if (++tries === 1) throw broken();
        return { said: `try ${tries}` };
      },
    }));
    await workshop.worker();
    expect((await run(['a']))[0]).toMatchObject({ status: 'succeeded', result: { said: 'try 2' } });
  });

  test('of two tasks is done once; the second has the result of the first', async () => {
    const inside = gate();
    const go = gate();
    let performed = 0;
    workshop.onWork(async (_input, { effect }) => effect({
      key,
      find: async () => null,
      perform: async () => {
        performed += 1;
        inside.resolve();
        await go.promise;
        return { said: `by ${performed}` };
      },
    }));
    await workshop.worker();
    const { batch } = await workshop.tasks.submit(requestOf(['a']), { tenant: 't' });
    await inside.promise;
    const { batch: second } = await workshop.tasks.submit(requestOf(['b']), { tenant: 't' });
    for await (const event of workshop.tasks.events(second.tasks[0]!.id, { afterSeq: 0, signal: AbortSignal.timeout(10_000) })) {
      if (event.type !== 'task-retried') continue;
      expect(event.data).toMatchObject({ error: { code: 'effect_busy' } });
      break;
    }
    go.resolve();
    const tasks = await Promise.all([batch, second].map(({ id }) => workshop.tasks.batch(id, { waitMs: 10_000 })));
    expect(tasks.map((one) => one.tasks[0]!.result)).toEqual([{ said: 'by 1' }, { said: 'by 1' }]);
    expect(performed).toBe(1);
  });
});

test('progress is seen by who watches the events, as it comes', async () => {
  const seen = gate();
  workshop.onWork(async ({ word }, { progress }) => {
    await progress('half way');
    await seen.promise;
    return { said: word };
  });
  await workshop.worker();
  const { batch } = await workshop.tasks.submit(requestOf(['a']), { tenant: 't' });
  const events = [];
  for await (const event of workshop.tasks.events(batch.tasks[0]!.id, { afterSeq: 1, signal: AbortSignal.timeout(10_000) })) {
    events.push(event);
    if (event.type === 'progress') seen.resolve();
  }
  expect(events.map(({ seq, type }) => [seq, type])).toEqual([[2, 'task-started'], [3, 'progress'], [4, 'task-succeeded']]);
  expect(events[1]!.data).toEqual({ message: 'half way' });
});

test('what a task keeps outlives it, under its tenant, with a link for people', async () => {
  workshop.onWork(async ({ word }, { keep }) => {
    await keep('log.txt', Buffer.from('first try'), 'text/plain');
    await keep('log.txt', Buffer.from(`said ${word}`), 'text/plain');
    await keep('more/data', Buffer.from([0, 1]));
    return { said: word };
  });
  await workshop.worker();
  const [task] = await run(['a']);
  expect(await workshop.tasks.artifacts(task!.id)).toEqual([
    { name: 'log.txt', sizeBytes: 6, createdAt: expect.any(String), url: expect.stringMatching(/^\/v1\/artifacts\//), urlExpiresAt: expect.any(String) },
    { name: 'more/data', sizeBytes: 2, createdAt: expect.any(String), url: expect.any(String), urlExpiresAt: expect.any(String) },
  ]);
  const { content, contentType } = await workshop.artifacts('t').get(`tasks/${task!.id}/log.txt`);
  expect(Buffer.concat(await content.toArray()).toString()).toBe('said a');
  expect(contentType).toBe('text/plain');
  expect((await workshop.artifacts('another').list('')).artifacts).toEqual([]);
  await expect(workshop.tasks.artifacts('task_nobody')).rejects.toMatchObject({ code: 'not_found' });
});
