import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { NO_USAGE } from '../../../agent-runtime/src/contract/usage.ts';
import { chargeOf, decisionOf } from '../../contract/routing-records-cases.ts';
import { NOON, routerRoutes } from './router-routes.ts';

const DAY = 86_400_000;
let routes: Awaited<ReturnType<typeof routerRoutes>>;
beforeEach(async () => {
  routes = await routerRoutes();
  const keep = (id: string, at: number, scope: { tenant: string; agent?: string; workflow?: string }, charge: Parameters<typeof chargeOf>[0] = {}) =>
    routes.decisions.keep({ decision: decisionOf(id, { at: new Date(at).toISOString(), scope }), charges: [chargeOf(charge)] });
  keep('a', NOON - DAY, { tenant: 'web', agent: 'cto', workflow: 'nightly, all' });
  keep('b', NOON - 1, { tenant: 'web', agent: 'cto', workflow: '=1+1' }, { costUsd: 0.0000001, usage: { ...NO_USAGE, cacheRead: 5, reasoning: 1, output: 3 } });
  keep('c', NOON - 1, { tenant: 'web', agent: 'qa' }, { costUsd: null, costStatus: 'unknown', worstCaseUsd: 0.5, errorCode: 'model_stream_cut' });
  keep('d', NOON - 1, { tenant: 'api', agent: 'cto' }, { model: 'b/two', costUsd: 0, costStatus: 'free' });
  keep('e', NOON - 40 * DAY, { tenant: 'web' });
});
afterEach(() => routes.stop());

test('the report has a row for each group, and totals', async () => {
  const { status, body } = await routes.request('boss', 'GET', '/usage?groupBy=day,agent');
  expect(status).toBe(200);
  expect(body).toMatchObject({ from: '2026-11-01T00:00:00.000Z', groupBy: ['day', 'agent'] });
  expect(body.rows).toEqual([
    {
      day: '2026-11-21', agent: 'cto', calls: 1, failedCalls: 0, usage: { ...NO_USAGE, input: 7, output: 2 }, costUsd: 0.25, unknownCostCalls: 0,
      worstCaseUsd: 0, durationMs: 12,
    },
    expect.objectContaining({ day: '2026-11-22', agent: 'cto', calls: 2, costUsd: 0.0000001 }),
    // Not known is not 0.
    expect.objectContaining({ day: '2026-11-22', agent: 'qa', calls: 1, failedCalls: 1, costUsd: null, unknownCostCalls: 1, worstCaseUsd: 0.5 }),
  ]);
  expect(body.totals).toEqual({
    calls: 4, failedCalls: 1, costUsd: 0.2500001, unknownCostCalls: 1, worstCaseUsd: 0.5, durationMs: 48,
    usage: { ...NO_USAGE, input: 21, cacheRead: 5, output: 9, reasoning: 1 },
  });
});

test('a key sees its own calls alone', async () => {
  expect((await routes.request('web', 'GET', '/usage?groupBy=tenant')).body.rows).toMatchObject([{ tenant: 'web', calls: 3 }]);
  expect((await routes.request('api', 'GET', '/usage?groupBy=')).body).toMatchObject({ rows: [], totals: { calls: 1, costUsd: 0 } });
  expect(await routes.request('api', 'GET', '/usage?tenant=web')).toMatchObject({ status: 403, body: { code: 'admin_required' } });
  expect((await routes.request('boss', 'GET', '/usage?tenant=api&groupBy=model')).body.rows).toMatchObject([{ model: 'b/two', calls: 1 }]);
});

test('it is limited to a time and to names', async () => {
  const calls = async (query: string) => (await routes.request('boss', 'GET', `/usage?${query}`)).body.totals.calls;
  expect(await calls('from=2026-11-22')).toBe(3);
  expect(await calls('from=2026-11-21&to=2026-11-22')).toBe(1);
  expect(await calls('from=2026-11-21T11:00:00%2B01:00&to=2026-11-22T11:59:59Z')).toBe(1);
  expect(await calls('from=2026-01-01')).toBe(5);
  expect(await calls('agent=qa')).toBe(1);
  expect(await calls(`workflow=${encodeURIComponent('nightly, all')}`)).toBe(1);
  expect(await calls('agent=nobody')).toBe(0);
});

test('as CSV it is a table for a spreadsheet, in which no name is a formula', async () => {
  const { text, headers } = await routes.request('web', 'GET', '/usage?groupBy=workflow&format=csv');
  expect(headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(text.split('\r\n')).toEqual([
    'workflow,calls,failedCalls,inputTokens,cacheReadTokens,cacheWrite5mTokens,cacheWrite1hTokens,outputTokens,reasoningTokens,costUsd,unknownCostCalls,worstCaseUsd,durationMs',
    ',1,1,7,0,0,0,2,0,,1,0.5,12',
    "'=1+1,1,0,0,5,0,0,3,1,0.0000001,0,0,12",
    '"nightly, all",1,0,7,0,0,0,2,0,0.25,0,0,12',
    '',
  ]);
});

test.each([
  ['from=yesterday', 'must be a date such as 2026-11-22'],
  ['groupBy=day,hour', 'querystring.groupBy'],
  ['from=2026-11-22&to=2026-11-22', 'is not before'],
  ['format=xml', 'querystring.format'],
])('%s is refused', async (query, problem) => {
  expect(await routes.request('boss', 'GET', `/usage?${query}`)).toMatchObject({ status: 400, body: { code: 'invalid_request', detail: expect.stringContaining(problem) } });
});
