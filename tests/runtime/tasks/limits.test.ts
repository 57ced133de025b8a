import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createTaskLimits } from '../../../agent-runtime/src/tasks/task-limits.ts';
import { createWorkshop, gate, requestOf, type Workshop } from './workshop.ts';

let workshop: Workshop;
beforeEach(async () => { workshop = await createWorkshop({ local: true }); });
afterEach(() => workshop.close());

const limitsOf = (state: Workshop['state'], agentLimit: number | null, repositoryLimit: number) => createTaskLimits({
  limits: state.limits, agentLimits: new Map(agentLimit === null ? [] : [['smith', agentLimit]]), repositoryLimit, ttlMs: 30_000, logger: workshop.logger, waitMs: 100,
});

/** Two workers that share nothing but their stores; answers how many tasks of each word ran at once at the most. `work` is done by each. */
async function runAll(
  words: readonly string[], agentLimit: number | null, repositoryLimit: number, work: (word: string) => Promise<unknown> = someTurns,
): Promise<Map<string, number>> {
  const now = new Map<string, number>();
  const most = new Map<string, number>();
  const count = (key: string, by: number) => {
    now.set(key, (now.get(key) ?? 0) + by);
    most.set(key, Math.max(most.get(key) ?? 0, now.get(key)!));
  };
  workshop.onWork(async ({ word }) => {
    for (const key of ['all', word]) count(key, 1);
    await work(word);
    for (const key of ['all', word]) count(key, -1);
    return { said: word };
  });
  const other = await workshop.elsewhere();
  await workshop.worker({ ...other, limits: limitsOf(other.state, agentLimit, repositoryLimit), random: () => 0 });
  await workshop.worker({ limits: limitsOf(workshop.state, agentLimit, repositoryLimit), random: () => 0 });
  const { batch } = await workshop.tasks.submit(requestOf(words), { tenant: 't', waitMs: 20_000 });
  expect(batch.tasks.map(({ status, attempt }) => `${status} ${attempt}`)).toEqual(words.map(() => 'succeeded 1'));
  return most;
}

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

test('no more tasks of an agent run at once than its limit, in all workers together, and waiting is no attempt', async () => {
  const most = await runAll(Array.from({ length: 20 }, (_, index) => `word-${index % 3}`), 2, 0);
  expect(most.get('all')).toBe(2);
});

test('no more tasks on a repository run at once than its limit, while others run', async () => {
  let others = 0;
  const allOthers = gate();
  const most = await runAll([...Array.from({ length: 10 }, () => 'busy'), 'other', 'third', 'fourth'], null, 1, async (word) => {
    if (word === 'busy') return allOthers.promise; // the busy repository lets the others pass
    others += 1;
    if (others === 3) allOthers.resolve();
    return someTurns();
  });
  expect(most.get('busy')).toBe(1);
});

test('the place of a worker that died is free again after a while', async () => {
  await workshop.state.limits.take('a dead worker', [{ name: 'agent:smith', limit: 1 }], 200);
  workshop.onWork(async ({ word }) => ({ said: word }));
  await workshop.worker({ limits: limitsOf(workshop.state, 1, 0), random: () => 0 });
  const { batch } = await workshop.tasks.submit(requestOf(['a']), { tenant: 't', waitMs: 20_000 });
  expect(batch.tasks[0]).toMatchObject({ status: 'succeeded', attempt: 1 });
});
