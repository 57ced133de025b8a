import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import { createWorkshop, broken, question, requestOf, runAll, scriptedRouter, usage, type Workshop, type RequestChange } from './workshop.ts';

let workshop: Workshop;
beforeEach(async () => { workshop = await createWorkshop(); });
afterEach(() => workshop.close());

const run = (words: readonly string[], change?: RequestChange) => runAll(workshop, words, change);

describe('a journalled step', () => {
  test('is not paid again by a retried task', async () => {
    const { router, calls } = scriptedRouter();
    const answers: string[] = [];
    workshop.onWork(async ({ word }, { ask, attempt }) => {
      answers.push((await ask('one', question)).text);
      if (attempt === 1) throw broken();
      answers.push((await ask('two', question)).text);
      return { said: word };
    });
    await workshop.worker({ router });
    const [task] = await run(['a']);
    expect(task).toMatchObject({ status: 'succeeded', attempt: 2 });
    expect(calls).toHaveLength(2);
    expect(answers).toEqual(['answer 1', 'answer 1', 'answer 2']);
    expect(task!.spend).toEqual({ costUsd: 0.5, costStatus: 'known', models: ['test/one'], calls: 2, offline: false,
      usage: { ...usage(10), input: 20 } });
  });

  test('does not hold up a shutdown while the records are away for good', async () => {
    const { router } = scriptedRouter();
    const away = async () => { throw new AiosError('store_unavailable', 'The records are away.'); };
    const asked = Promise.withResolvers<void>();
    workshop.onWork(async ({ word }, { ask }) => {
      await ask('one', question);
      asked.resolve();
      return { said: word };
    });
    const records = { ...workshop.records, runs: { ...workshop.records.runs, journal: away, finish: away, release: away } };
    const worker = await workshop.worker({ router, records });
    await workshop.tasks.submit(requestOf(['a']), { tenant: 't' });
    await asked.promise;
    await worker.close({ drainMs: 100 });
    expect(worker.running()).toBe(0);
  });

  test('is paid once although the records are away when it is to be kept, and whether or not a lost write had arrived', async () => {
    const { router, calls } = scriptedRouter();
    const { records } = workshop;
    let failures = 3;
    const away: typeof records.runs.journal = async (...parameters) => {
      // The second time it arrives, and only its answer is lost.
      if (failures === 2) await records.runs.journal(...parameters);
      if (failures-- > 0) throw new AiosError('store_unavailable', 'The records are away.');
      return records.runs.journal(...parameters);
    };
    workshop.onWork(async ({ word }, { ask, progress }) => {
      await ask('one', question);
      await progress('asked');
      return { said: word };
    });
    await workshop.worker({ router, records: { ...records, runs: { ...records.runs, journal: away } } });
    const [task] = await run(['a']);
    expect(task).toMatchObject({ status: 'succeeded', attempt: 1, spend: { costUsd: 0.25, calls: 1 } });
    expect(calls).toHaveLength(1);
    expect(failures).toBe(-1);
  });

  describe.each(['arrives and is not answered', 'does not arrive'])('whose write, with the end of the task, %s', (fate) => {
    test('is paid and charged once', async () => {
      const { router, calls } = scriptedRouter();
      const { records } = workshop;
      const given: unknown[] = [];
      const away: typeof records.runs.finish = async (...parameters) => {
        given.push(parameters[3]);
        if (given.length > 1) return records.runs.finish(...parameters);
        if (fate.startsWith('arrives')) await records.runs.finish(...parameters);
        throw new AiosError('store_unavailable', 'The records are away.');
      };
      workshop.onWork(async (_input, { ask }) => ({ said: (await ask('one', question)).text }));
      const worker = await workshop.worker({ router, records: { ...records, runs: { ...records.runs, finish: away } } });
      const [task] = await run(['a']);
      await worker.close({ drainMs: 5_000 });
      expect(task).toMatchObject({ status: 'succeeded', attempt: 1, result: { said: 'answer 1' } });
      await expect(workshop.records.runs.spend(task!.id)).resolves.toMatchObject({ costUsd: 0.25, calls: 1 });
      expect(calls).toHaveLength(1);
      expect(given[0]).toMatchObject({ entry: { step: 'one' }, charges: [{ costUsd: 0.25 }] });
    });
  });

  test('is kept when the end of its task cannot be written as it is', async () => {
    const { router, calls } = scriptedRouter();
    const { records } = workshop;
    const odd: typeof records.runs.finish = async (run, outcome, now, last) => {
      if (outcome.status === 'succeeded') throw new AiosError('internal', 'The result has no place in the records.');
      return records.runs.finish(run, outcome, now, last);
    };
    workshop.onWork(async (_input, { ask }) => ({ said: (await ask('one', question)).text }));
    await workshop.worker({ router, records: { ...records, runs: { ...records.runs, finish: odd } } });
    const [task] = await run(['a']);
    expect(task).toMatchObject({ status: 'failed', error: { code: 'internal' }, spend: { calls: 1, costUsd: 0.25 } });
    expect(calls).toHaveLength(1);
  });

  test('is kept before the run does anything outside of itself, and before its failure is', async () => {
    const { router } = scriptedRouter();
    const seen: unknown[] = [];
    workshop.onWork(async ({ word }, { ask, progress, effect, keep, taskId, attempt }) => {
      const kept = async () => seen.push((await workshop.records.runs.spend(taskId)).calls);
      if (attempt === 2) return { said: word };
      await ask('one', question);
      await progress('asked');
      await kept();
      await Promise.all([ask('two', question), ask('three', question)]);
      await effect({ key: 'told', find: async () => null, perform: async () => kept() });
      await ask('four', question);
      await keep('note', Buffer.from('text'), 'text/plain');
      await kept();
      await ask('five', question);
      throw broken();
    });
    await workshop.worker({ router });
    const [task] = await run(['a']);
    expect(seen).toEqual([1, 3, 4]);
    expect(task).toMatchObject({ attempt: 2, spend: { calls: 5, costUsd: 1.25 } });
    const events = await workshop.records.tasks.events(task!.id, 0);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.map(({ type }) => type).join(' ')).toBe(
        'task-accepted task-started model-answered progress model-answered model-answered effect-done model-answered model-answered task-retried task-started task-succeeded');
  });

  test('is asked anew when the request is another one', async () => {
    const { router, calls } = scriptedRouter();
    workshop.onWork(async ({ word }, { ask, attempt }) => {
      await ask('one', { ...question, system: `attempt ${attempt}` });
      if (attempt === 1) throw broken();
      return { said: word };
    });
    await workshop.worker({ router });
    await run(['a']);
    expect(calls).toHaveLength(2);
  });

  test('keeps what was read', async () => {
    let reads = 0;
    workshop.onWork(async (_input, { remember, attempt }) => {
      const value = await remember('head', async () => ({ sha: `sha ${++reads}`, absent: undefined }));
      if (attempt === 1) throw broken();
      return { said: JSON.stringify(value) };
    });
    await workshop.worker();
    expect((await run(['a']))[0]).toMatchObject({ attempt: 2, result: { said: '{"sha":"sha 1"}' } });
    expect(reads).toBe(1);
  });

  test('stays in the journal when a parked task is retried', async () => {
    const { router, calls } = scriptedRouter();
    let down = true;
    workshop.onWork(async (_input, { ask }) => {
      const { text } = await ask('one', question);
      if (down) throw broken();
      return { said: text };
    });
    await workshop.worker({ router });
    const [task] = await run(['a'], { options: { maxAttempts: 1 } });
    expect(task!.status).toBe('dead');
    down = false;
    await workshop.tasks.retry(task!.id);
    expect(await workshop.tasks.task(task!.id, { waitMs: 10_000 })).toMatchObject({ status: 'succeeded', result: { said: 'answer 1' } });
    expect(calls).toHaveLength(1);
  });
});
