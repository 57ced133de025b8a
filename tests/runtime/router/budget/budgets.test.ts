import { afterEach, describe, expect, test } from '@jest/globals';
import type { AiosError } from '../../../../agent-runtime/src/errors.ts';
import { budgetBench, NOON } from './budget-bench.ts';

let bench: Awaited<ReturnType<typeof budgetBench>>;
afterEach(() => bench.close());

const web = { tenant: 'web', agent: 'cto', workflow: 'nightly', team: 'core', task: 't1' };
const signal = new AbortController().signal;

describe('which budgets a call counts on', () => {
  test('without rules nothing applies, and nothing is asked of the store', async () => {
    bench = await budgetBench([]);
    const budgets = bench.open();
    await bench.store.close();
    expect(budgets.applies(web)).toBe(false);
    expect(await budgets.status(web)).toEqual([]);
    await (await budgets.reserve(web, null)).settle(1);
  });

  test('those of its organisation, team, key, agent, workflow and task, by name or each on its own', async () => {
    bench = await budgetBench([
      { id: 'all' }, { id: 'core', subject: 'team', name: 'core' }, { id: 'sales', subject: 'team', name: 'sales' },
      { id: 'each-key', subject: 'key' }, { id: 'cto', subject: 'agent', name: 'cto' }, { id: 'each-workflow', subject: 'workflow' },
      { id: 'each-task', subject: 'task', period: 'total' },
    ]);
    const budgets = bench.open();
    const ids = async (scope: typeof web | { tenant: string }) => (await budgets.status(scope)).map(({ id }) => id);
    expect(await ids(web)).toEqual(['all', 'core', 'each-key', 'cto', 'each-workflow', 'each-task']);
    expect(await ids({ tenant: 'api' })).toEqual(['all', 'each-key']);
    await (await budgets.reserve(web, 0.5)).settle(0.25);
    expect((await budgets.status({ ...web, tenant: 'api' })).map(({ id, spentUsd }) => `${id} ${spentUsd}`))
      .toEqual(['all 0.25', 'core 0.25', 'each-key 0', 'cto 0.25', 'each-workflow 0.25', 'each-task 0.25']);
  });

  test('a name with signs of its own is kept apart from others', async () => {
    bench = await budgetBench([{ subject: 'workflow' }]);
    const budgets = bench.open();
    const names = ['a|b', 'a', 'a:b', 'a/b', 'ä %7C'];
    for (const workflow of names) await (await budgets.reserve({ tenant: 'web', workflow }, 0.5)).settle(0.5);
    for (const workflow of names) expect(await budgets.status({ tenant: 'web', workflow })).toMatchObject([{ spentUsd: 0.5 }]);
  });
});

describe('a hard budget', () => {
  test('says which it is, of whom, what is spent and reserved, and when it starts anew', async () => {
    bench = await budgetBench([{ id: 'agents', subject: 'agent', period: 'day', limitUsd: 1, timeZone: 'Europe/Berlin' }]);
    const budgets = bench.open();
    await (await budgets.reserve(web, 0.5)).settle(0.3);
    await budgets.reserve(web, 0.6);
    const error = await Promise.resolve(budgets.reserve(web, 0.2)).then(() => null, (thrown: AiosError) => thrown);
    expect(error).toMatchObject({ code: 'budget_exceeded', kind: 'user' });
    expect(error!.message).toBe('The budget "agents" of the agent cto allows 1.00 USD on 2026-11-22: 0.30 USD are spent, 0.60 USD are reserved for calls '
      + 'under way, and this call can cost 0.20 USD. It starts anew at 2026-11-22T23:00:00.000Z; to go on before, raise its limitUsd or use a cheaper model.');
  });

  test('starts anew with its next period, and what is under way counts where it began', async () => {
    bench = await budgetBench([{ limitUsd: 1 }]);
    const budgets = bench.open();
    const hold = await budgets.reserve(web, 1);
    await expect(budgets.reserve(web, 0.01)).rejects.toMatchObject({ code: 'budget_exceeded' });
    bench.clock.now = NOON + 86_400_000;
    expect(await budgets.status(web)).toMatchObject([{ period: '2026-11-23', remainingUsd: 1 }]);
    await hold.settle(1);
    expect(await budgets.status(web)).toMatchObject([{ spentUsd: 0, reservedUsd: 0 }]);
    bench.clock.now = NOON;
    expect(await budgets.status(web)).toMatchObject([{ period: '2026-11-22', spentUsd: 1, remainingUsd: 0 }]);
  });

  test('refuses a call of unknown price, and lets one through that costs nothing, even when it is used up', async () => {
    bench = await budgetBench([{ limitUsd: 0.1 }]);
    const budgets = bench.open();
    await expect(budgets.reserve(web, null)).rejects.toMatchObject({ code: 'price_unknown' });
    await (await budgets.reserve(web, 0.1)).settle(0.1);
    await (await budgets.reserve(web, 0)).settle(0);
    expect(await budgets.status(web)).toMatchObject([{ spentUsd: 0.1, reservedUsd: 0 }]);
  });

  test('counts a call of unknown cost at its worst case, and one that was dearer than that at what it cost', async () => {
    bench = await budgetBench([{ limitUsd: 1 }]);
    const budgets = bench.open();
    await (await budgets.reserve(web, 0.25)).settle(null);
    const hold = await budgets.reserve(web, 0.25);
    await hold.settle(0.5);
    await hold.settle(0.5);
    await hold.release();
    await (await budgets.reserve(web, 0.25)).release();
    expect(await budgets.status(web)).toMatchObject([{ spentUsd: 0.75, reservedUsd: 0, remainingUsd: 0.25 }]);
  });

  test.each([0.05, 0.07, 0.000001, 1.1, 0.1 + 0.2])('that covers exactly 20 calls of %d USD lets 20 of 200 through', async (price) => {
    bench = await budgetBench([{ limitUsd: 20 * price }]);
    const [one, other] = [bench.open(), bench.open()];
    const spent = await Promise.all(Array.from({ length: 200 }, async (_, index) => {
      const hold = await Promise.resolve((index % 2 ? one : other).reserve(web, price)).catch((error: AiosError) => {
        expect(error.code).toBe('budget_exceeded');
        return null;
      });
      await hold?.settle(price);
      return hold ? price : 0;
    }));
    expect(spent.filter((cost) => cost > 0)).toHaveLength(20);
  });

  test('lets 20 succeed although calls fail on the way, when the others wait for what those give back', async () => {
    bench = await budgetBench([{ limitUsd: 20 * 0.07 }]);
    const budgets = bench.open();
    let most = 0;
    const results = await Promise.all(Array.from({ length: 200 }, async (_, index) => {
      const hold = await Promise.resolve(budgets.reserve(web, 0.07, { waitMs: 20_000, signal })).catch(() => null);
      if (!hold) return 'refused';
      const [status] = await budgets.status(web);
      most = Math.max(most, Math.round((status!.spentUsd + status!.reservedUsd) * 1e9));
      if (index % 3 === 0) {
        await hold.release();
        return 'failed';
      }
      await hold.settle(0.07);
      return 'succeeded';
    }));
    expect(results.filter((result) => result === 'succeeded')).toHaveLength(20);
    expect(results).toContain('failed');
    expect(most).toBeLessThanOrEqual(1_400_000_000);
  });
});

test('a status that is a moment old has all that this process did, and is renewed after that moment', async () => {
  bench = await budgetBench([{ limitUsd: 10 }, { id: 'soft', subject: 'key', mode: 'soft', limitUsd: 10 }]);
  const [one, other] = [bench.open({ statusAgeMs: 3_600_000 }), bench.open()];
  const seen = async (budgets: typeof one) => (await budgets.status(web)).map(({ spentUsd, reservedUsd }) => [spentUsd, reservedUsd]);
  const holds = await Promise.all([0.5, 1, 2].map((usd) => one.reserve(web, usd)));
  expect(await seen(one)).toEqual([[0, 3.5], [0, 3.5]]);
  await Promise.all([holds[0]!.settle(0.25), holds[1]!.release(), holds[2]!.settle(null)]);
  expect(await seen(one)).toEqual([[2.25, 0], [2.25, 0]]);
  await (await other.reserve(web, 1)).settle(1);
  expect(await seen(one)).toEqual([[2.25, 0], [2.25, 0]]);
  expect(await seen(other)).toEqual([[3.25, 0], [3.25, 0]]);
  await (await one.reserve(web, 1)).release();
  expect(await seen(one)).toEqual([[3.25, 0], [3.25, 0]]);
});

describe('waiting for a budget', () => {
  test('ends at once when the money is spent, when its time is up, and when the caller leaves', async () => {
    bench = await budgetBench([{ limitUsd: 1 }]);
    const budgets = bench.open();
    await (await budgets.reserve(web, 0.5)).settle(0.5);
    await expect(budgets.reserve(web, 0.6, { waitMs: 1e9, signal })).rejects.toMatchObject({ code: 'budget_exceeded' });
    const hold = await budgets.reserve(web, 0.5);
    await expect(budgets.reserve(web, 0.5, { waitMs: 1, signal })).rejects.toMatchObject({ code: 'budget_exceeded' });
    const caller = new AbortController();
    const waiting = budgets.reserve(web, 0.5, { waitMs: 1e9, signal: caller.signal });
    caller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    const patient = budgets.reserve(web, 0.5, { waitMs: 1e9, signal });
    await hold.release();
    await (await patient).release();
  });
});

describe('a soft budget', () => {
  test('refuses nothing, cheapens from its threshold on, and says so once in the log', async () => {
    bench = await budgetBench([{ id: 'soft', mode: 'soft', limitUsd: 1, cheapenAt: 0.5 }]);
    const budgets = bench.open();
    await (await budgets.reserve(web, 0.4)).settle(0.4);
    expect(await budgets.status(web)).toMatchObject([{ hard: false, cheapen: false }]);
    for (let call = 0; call < 3; call++) await (await budgets.reserve(web, 0.3)).settle(0.3);
    await (await budgets.reserve(web, null)).settle(null);
    expect(await budgets.status(web)).toMatchObject([{ spentUsd: 1.3, remainingUsd: 0, cheapen: true }]);
    expect(bench.events).toEqual([
      { event: 'budget-threshold-passed', fields: { budget: 'soft', subject: 'of the organisation', period: '2026-11-22', used: '0.70 USD', limit: '1.00 USD' } },
      { event: 'budget-passed', fields: expect.objectContaining({ used: '1.30 USD' }) },
    ]);
  });

  test('beside a hard one leaves the refusing to that', async () => {
    bench = await budgetBench([{ id: 'soft', mode: 'soft', limitUsd: 0 }, { id: 'hard', limitUsd: 0.5 }]);
    const budgets = bench.open();
    await expect(budgets.reserve(web, 0.6)).rejects.toThrow('The budget "hard"');
    expect(await budgets.status(web)).toMatchObject([{ id: 'soft', spentUsd: 0, cheapen: true }, { id: 'hard', spentUsd: 0 }]);
  });

  test('counts what cost money although it was taken for free', async () => {
    bench = await budgetBench([{ mode: 'soft', limitUsd: 1 }]);
    const budgets = bench.open();
    const hold = await budgets.reserve(web, null);
    await hold.settle(0.2);
    await hold.settle(0.2);
    expect(await budgets.status(web)).toMatchObject([{ spentUsd: 0.2, reservedUsd: 0 }]);
  });
});
