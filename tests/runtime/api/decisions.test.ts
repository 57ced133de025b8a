import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { decisionOf } from '../../contract/routing-records-cases.ts';
import { NOON, routerRoutes } from './router-routes.ts';

let routes: Awaited<ReturnType<typeof routerRoutes>>;
beforeEach(async () => {
  routes = await routerRoutes();
  ['web', 'api', 'web', 'web'].forEach((tenant, index) => routes.decisions.keep({
    decision: decisionOf(`d${index}`, { at: new Date(NOON + index).toISOString(), scope: { tenant, task: index > 1 ? 't' : undefined } }), charges: [],
  }));
});
afterEach(() => routes.stop());

const ids = (body: { decisions: { id: string }[] }) => body.decisions.map(({ id }) => id);

test('a key lists its own decisions newest first, page by page; an admin all', async () => {
  const first = await routes.request('web', 'GET', '/router/decisions?limit=2');
  expect([ids(first.body), first.body.nextCursor]).toEqual([['d3', 'd2'], 'd2']);
  const second = await routes.request('web', 'GET', '/router/decisions?limit=2&cursor=d2');
  expect([ids(second.body), second.body.nextCursor]).toEqual([['d0'], null]);
  expect(ids((await routes.request('boss', 'GET', '/router/decisions')).body)).toEqual(['d3', 'd2', 'd1', 'd0']);
  expect(ids((await routes.request('boss', 'GET', '/router/decisions?tenant=api')).body)).toEqual(['d1']);
  expect(ids((await routes.request('boss', 'GET', '/router/decisions?task=t&model=a/one')).body)).toEqual(['d3', 'd2']);
  expect((await routes.request('api', 'GET', '/router/decisions?tenant=web')).status).toBe(403);
});

test('a decision is read by its key and by an admin; to others it is not there', async () => {
  expect((await routes.request('web', 'GET', '/router/decisions/d0')).body).toEqual({ ...decisionOf('d0'), feedback: null });
  expect((await routes.request('boss', 'GET', '/router/decisions/d0')).status).toBe(200);
  expect(await routes.request('api', 'GET', '/router/decisions/d0')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect((await routes.request('web', 'GET', '/router/decisions/none')).status).toBe(404);
});

test('feedback is kept with the decision and the router learns from it', async () => {
  expect((await routes.request('web', 'POST', '/router/decisions/d0/feedback', { score: 0.25, comment: 'It missed the point.' })).status).toBe(204);
  expect(routes.learnt).toEqual([{ decisionId: 'd0', decision: expect.objectContaining({ id: 'd0' }), success: 0.25, source: 'human' }]);
  expect((await routes.request('web', 'GET', '/router/decisions/d0')).body.feedback)
    .toEqual({ score: 0.25, comment: 'It missed the point.', at: '2026-11-22T12:00:00.000Z' });
  expect((await routes.request('api', 'POST', '/router/decisions/d0/feedback', { score: 1 })).status).toBe(404);
  expect((await routes.request('web', 'POST', '/router/decisions/d0/feedback', { score: 2 })).status).toBe(400);
  const token = 'ghp_1234567890abcdefghijklmnopqrstuvwx12';
  expect((await routes.request('web', 'POST', '/router/decisions/d0/feedback', { score: 1, comment: `It printed ${token} at once` })).status).toBe(204);
  expect((await routes.request('web', 'GET', '/router/decisions/d0')).body.feedback.comment).toBe('It printed [secret] at once');
  expect((await routes.request('web', 'POST', '/router/decisions/d0/feedback', { score: 1 })).status).toBe(204);
  expect((await routes.request('web', 'GET', '/router/decisions/d0')).body.feedback).toMatchObject({ score: 1, comment: null });
  expect(routes.learnt).toHaveLength(1);
});

test('a call that no model answered cannot be rated', async () => {
  routes.decisions.keep({ decision: decisionOf('failed', { outcome: 'failed', model: null, scope: { tenant: 'web' } }), charges: [] });
  const { status, body } = await routes.request('web', 'POST', '/router/decisions/failed/feedback', { score: 1 });
  expect([status, body.code, body.detail]).toEqual([400, 'invalid_request', 'No model answered this call (its outcome is "failed"), so there is no answer to rate.']);
  expect(routes.learnt).toEqual([]);
});

test('explain takes a prompt, or messages with tools and images, for the key that asks', async () => {
  const answered = await routes.request('web', 'POST', '/router/explain', { prompt: 'Hello', policy: 'cheapest', workflow: 'nightly', costLimitUsd: 0.5 });
  expect([answered.status, answered.body.outcome, answered.body.scope]).toEqual([200, 'explained', { tenant: 'web', team: 'core', workflow: 'nightly' }]);
  expect(routes.explained[0]).toEqual([
    expect.objectContaining({ system: '', maxOutputTokens: 1_024, messages: [{ role: 'user', content: 'Hello' }] }),
    { routing: { policy: 'cheapest', costRemainingUsd: 0.5 }, scope: { tenant: 'web', team: 'core', workflow: 'nightly' } },
  ]);
  await routes.request('web', 'POST', '/router/explain', {
    messages: [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, { type: 'image', url: 'https://example.com/x.png' }] }],
    tools: [{ name: 'look' }], maxOutputTokens: 5, model: 'a/one', privacy: 'secret', session: 's', outputSchema: { type: 'object' },
  });
  expect(routes.explained[1]).toEqual([
    expect.objectContaining({
      messages: [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, { type: 'image', source: { kind: 'url', url: 'https://example.com/x.png' } }] }],
      tools: [{ name: 'look', inputSchema: {} }], maxOutputTokens: 5, outputSchema: { name: 'answer', jsonSchema: { type: 'object' } },
    }),
    { routing: { model: 'a/one', privacy: 'secret', session: 's' }, scope: { tenant: 'web', team: 'core' } },
  ]);
  expect(routes.explained.map(([{ purpose }, { streaming }]) => [purpose, streaming])).toEqual([['chat/completions', undefined], ['chat/completions', undefined]]);
  for (const body of [{}, { prompt: 'a', messages: [{ role: 'user', content: 'b' }] }, { prompt: 'a', temperature: 1 }]) {
    expect((await routes.request('web', 'POST', '/router/explain', body)).status).toBe(400);
  }
});

test('explain takes all that a real call goes by: its operation, task, side of an experiment, and whether it streams', async () => {
  await routes.request('web', 'POST', '/router/explain', { prompt: 'Hello', operation: 'cto/ask', task: 'task_1', experimentKey: 'k', stream: true });
  expect(routes.explained).toEqual([[
    expect.objectContaining({ purpose: 'cto/ask' }),
    { routing: { experimentKey: 'k' }, scope: { tenant: 'web', team: 'core', task: 'task_1' }, streaming: true },
  ]]);
});
