import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chargeOf, decisionOf } from '../../contract/routing-records-cases.ts';
import { NOON, routerRoutes } from './router-routes.ts';

let routes: Awaited<ReturnType<typeof routerRoutes>>;
beforeEach(async () => {
  routes = await routerRoutes([
    { id: 'all', subject: 'organisation', period: 'month', limitUsd: 100, mode: 'hard' },
    { id: 'core', subject: 'team', name: 'core', period: 'day', limitUsd: 2, mode: 'soft', cheapenAt: 0.5 },
    { id: 'keys', subject: 'key', period: 'total', limitUsd: 10, mode: 'hard' },
    { id: 'agents', subject: 'agent', period: 'day', limitUsd: 5, mode: 'hard' },
  ]);
});
afterEach(() => routes.stop());

test('an admin sees all budgets, another key those that its calls count on', async () => {
  await (await routes.budgets.reserve({ tenant: 'web', team: 'core' }, 1.5)).settle(1.25);
  const { status, body } = await routes.request('boss', 'GET', '/budgets');
  expect(status).toBe(200);
  expect(body.budgets).toEqual([
    {
      id: 'all', subject: 'organisation', name: null, mode: 'hard', limitUsd: 100, cheapenAt: null, timeZone: 'UTC', source: 'file',
      period: { kind: 'month', label: '2026-11', startsAt: '2026-11-01T00:00:00.000Z', endsAt: '2026-12-01T00:00:00.000Z' },
      accounts: [{ name: null, spentUsd: 1.25, reservedUsd: 0, remainingUsd: 98.75, cheapening: false }],
    },
    expect.objectContaining({ id: 'core', accounts: [{ name: 'core', spentUsd: 1.25, reservedUsd: 0, remainingUsd: 0.75, cheapening: true }] }),
    expect.objectContaining({ id: 'keys', period: { kind: 'total', label: 'total', startsAt: null, endsAt: null } }),
    expect.objectContaining({ id: 'agents', accounts: [] }),
  ]);
  const seenBy = async (key: 'web' | 'api') => (await routes.request(key, 'GET', '/budgets')).body.budgets
    .map(({ id, accounts }: { id: string; accounts: { name: string; spentUsd: number }[] }) => `${id} ${accounts.map(({ name, spentUsd }) => `${name} ${spentUsd}`)}`);
  expect(await seenBy('web')).toEqual(['all null 1.25', 'core core 1.25', 'keys web 1.25']);
  expect(await seenBy('api')).toEqual(['all null 1.25', 'keys api 0']);
});

test('an admin makes, changes and deletes a budget, and it holds at once', async () => {
  const terms = { subject: 'workflow', period: 'day', limitUsd: 1, mode: 'hard' };
  const made = await routes.request('boss', 'PUT', '/budgets/flows', terms);
  expect([made.status, made.body]).toEqual([201, { ...terms, id: 'flows', timeZone: 'UTC' }]);
  await expect(routes.budgets.reserve({ tenant: 'web', workflow: 'w' }, 1.5)).rejects.toThrow('The budget "flows" of the workflow w');
  expect((await routes.request('boss', 'PUT', '/budgets/flows', { ...terms, limitUsd: 2 })).status).toBe(200);
  await (await routes.budgets.reserve({ tenant: 'web', workflow: 'w' }, 1.5)).release();
  expect((await routes.request('boss', 'GET', '/budgets')).body.budgets.at(-1)).toMatchObject({ id: 'flows', source: 'api', limitUsd: 2 });
  expect((await routes.request('boss', 'DELETE', '/budgets/flows')).status).toBe(204);
  expect(await routes.request('boss', 'DELETE', '/budgets/flows')).toMatchObject({ status: 404, body: { code: 'not_found' } });
});

test('a budget that is deleted and made again counts what was spent in between', async () => {
  const terms = { subject: 'workflow', period: 'day', limitUsd: 1, mode: 'hard' };
  const scope = { tenant: 'web', workflow: 'w' };
  const spend = (id: string, costUsd: number) => routes.decisions.keep({
    decision: decisionOf(id, { at: new Date(NOON).toISOString(), scope }), charges: [chargeOf({ costUsd })],
  });
  await routes.request('boss', 'PUT', '/budgets/flows', terms);
  const hold = await routes.budgets.reserve(scope, 0.5);
  spend('before', 0.25);
  await hold.settle(0.25);
  await routes.request('boss', 'DELETE', '/budgets/flows');
  await (await routes.budgets.reserve(scope, 0.5)).settle(0.5);
  spend('between', 0.5);
  await routes.request('boss', 'PUT', '/budgets/flows', terms);
  expect((await routes.request('boss', 'GET', '/budgets')).body.budgets.at(-1).accounts).toEqual([
    { name: 'w', spentUsd: 0.75, reservedUsd: 0, remainingUsd: 0.25, cheapening: false }]);
  await expect(routes.budgets.reserve(scope, 0.3)).rejects.toThrow('0.75 USD are spent');
});

test('only an admin changes budgets, and none of the router file', async () => {
  const terms = { subject: 'key', period: 'day', limitUsd: 1, mode: 'hard' };
  expect(await routes.request('web', 'PUT', '/budgets/mine', terms)).toMatchObject({ status: 403, body: { code: 'admin_required' } });
  expect(await routes.request('web', 'DELETE', '/budgets/keys')).toMatchObject({ status: 403 });
  expect(await routes.request('boss', 'PUT', '/budgets/keys', terms)).toMatchObject({ status: 409, body: { code: 'budget_fixed' } });
  expect(await routes.request('boss', 'DELETE', '/budgets/keys')).toMatchObject({ status: 409 });
});

test.each([
  ['a period that there is not', 'flows', { period: 'week' }, 'period'],
  ['a time zone that there is not', 'flows', { timeZone: 'Mars' }, 'timeZone'],
  ['a threshold of a hard budget', 'flows', { cheapenAt: 0.5 }, 'cheapenAt'],
  ['an id that is none', 'a b', {}, 'params.id'],
])('%s is refused and named', async (_case, id, change, path) => {
  const { status, body } = await routes.request('boss', 'PUT', `/budgets/${encodeURIComponent(id)}`,
    { subject: 'key', period: 'day', limitUsd: 1, mode: 'hard', ...change });
  expect([status, body.code, body.issues[0].path]).toEqual([400, 'invalid_request', path]);
});
