import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { scheduleRunSchema, scheduleSchema, scheduleSummarySchema } from '../../../agent-runtime/src/contract/schedule.ts';
import { startModelServer } from './model-server.ts';
import type { ModelServer } from './model-server.ts';
import { startTestRuntime } from './test-runtime.ts';
import type { TestRuntime } from './test-runtime.ts';

const ROUTER_FILE = `
keys:
  tester: { admin: true }
  other: {}
`;

let folder: string;
let model: ModelServer;
let runtime: TestRuntime;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aios-schedules-'));
  writeFileSync(join(folder, 'router.yaml'), ROUTER_FILE);
  model = await startModelServer();
  runtime = await startTestRuntime({ ...model.environment, AIOS_ROUTER_CONFIG: join(folder, 'router.yaml') });
});
afterAll(async () => {
  await runtime.stop();
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

const OTHER = { authorization: 'Bearer the-key-of-another-tenant' };
const tasks = [{ agent: 'cto', operation: 'ask', input: { question: 'How?' } }];
const yearly = { name: 'yearly', cron: '0 9 1 1 *', timeZone: 'Europe/Berlin', tasks };

async function created(body: object = yearly, headers: Record<string, string> = {}) {
  const { status, body: schedule } = await runtime.request('POST', '/v1/schedules', body, headers);
  expect(status).toBe(201);
  return scheduleSchema.parse(schedule);
}

test('a schedule is created with what is usual where nothing was said, and is read as it was created', async () => {
  const { status, headers, body } = await runtime.request('POST', '/v1/schedules', { name: 'weekdays', cron: '30 6 * * 1-5', tasks });
  const schedule = scheduleSchema.parse(body);
  expect([status, headers['location']]).toEqual([201, `/v1/schedules/${schedule.id}`]);
  expect(schedule).toMatchObject({
    tenant: 'tester', name: 'weekdays', cron: '30 6 * * 1-5', timeZone: 'UTC', missedRuns: 'run-once', overlap: 'skip', enabled: true, startAt: null, endAt: null,
    callbackUrl: null, runs: [], tasks: [{ ...tasks[0], options: { maxAttempts: 5 } }],
  });
  expect(schedule.nextRuns).toHaveLength(5);
  expect(schedule.nextRuns[0]).toBe(schedule.nextRunAt);
  for (const time of schedule.nextRuns) expect([time.slice(11), new Date(time).getUTCDay() % 6 > 0]).toEqual(['06:30:00.000Z', true]);
  expect((await runtime.request('GET', `/v1/schedules/${schedule.id}`)).body).toEqual(schedule);
});

describe('a schedule is refused', () => {
  test.each([
    [{ cron: '0 25 * * *' }, 'invalid_request', 'cron', /Invalid value for hour: 25/],
    [{ cron: '* * * * * *' }, 'invalid_request', 'cron', /more often than every 10 seconds/],
    [{ cron: '0 0 30 2 *' }, 'invalid_request', 'cron', /never fires/],
    [{ endAt: '2020-01-01T00:00:00Z' }, 'invalid_request', 'cron', /not fire any more before endAt/],
    [{ timeZone: 'Mars/Olympus' }, 'invalid_request', 'timeZone', /not a time zone/],
    [{ missedRuns: 'run-all' }, 'invalid_request', 'missedRuns', /Set overlap to allow/],
    [{ startAt: 'tomorrow' }, 'invalid_request', 'startAt', /ISO/],
    [{ every: '5 minutes' }, 'invalid_request', '', /every/],
    [{ tasks: [] }, 'invalid_request', 'tasks', /./],
    [{ tasks: [{ ...tasks[0], input: {} }] }, 'invalid_request', 'tasks.0.input.question', /./],
    [{ tasks: [{ ...tasks[0], agent: 'nobody' }] }, 'unknown_agent', null, /nobody/],
    [{ callbackUrl: 'http://elsewhere.example/' }, 'callback_origin_not_allowed', null, /elsewhere/],
  ])('with %j', async (change, code, path, message) => {
    const { status, body } = await runtime.request('POST', '/v1/schedules', { ...yearly, ...change });
    expect([status >= 400 && status < 500, body.code]).toEqual([true, code]);
    expect(body.detail).toMatch(message);
    if (path !== null) expect(body.issues.map((issue: { path: string }) => issue.path)).toContain(path);
  });
});

test('the same idempotency key creates one schedule, and is a conflict for another', async () => {
  const key = { 'idempotency-key': 'yearly' };
  const schedule = await created(yearly, key);
  const again = await runtime.request('POST', '/v1/schedules', yearly, key);
  expect([again.status, again.body]).toEqual([200, schedule]);
  const another = await runtime.request('POST', '/v1/schedules', { ...yearly, name: 'another' }, key);
  expect([another.status, another.body.code]).toEqual([409, 'idempotency_conflict']);
});

test('it is paused, changed, resumed and deleted', async () => {
  const { id, nextRunAt } = await created({ ...yearly, enabled: false });
  const change = async (body: object) => (await runtime.request('PATCH', `/v1/schedules/${id}`, body));
  expect(nextRunAt).toBeNull();
  expect((await change({ cron: '0 10 1 1 *', timeZone: 'UTC', name: 'new year' })).body).toMatchObject({ name: 'new year', enabled: false, nextRunAt: null });
  const { body } = await change({ enabled: true });
  expect(scheduleSchema.parse(body)).toMatchObject({ enabled: true, nextRunAt: expect.stringMatching(/-01-01T10:00:00\.000Z$/), tasks: [{ input: { question: 'How?' } }] });
  expect((await change({ enabled: false })).body).toMatchObject({ nextRunAt: null, nextRuns: [] });

  for (const wrong of [{ cron: 'soon' }, { timeZone: 'MEZ' }, { missedRuns: 'run-all' }, { tasks: [{ ...tasks[0], input: {} }] }, { id: 'mine' }]) {
    expect((await change(wrong)).body).toMatchObject({ status: 400, code: 'invalid_request' });
  }
  expect((await runtime.request('GET', `/v1/schedules/${id}`)).body).toMatchObject({ cron: '0 10 1 1 *', timeZone: 'UTC' });

  expect((await runtime.request('DELETE', `/v1/schedules/${id}`)).status).toBe(204);
  for (const [method, path] of [['GET', ''], ['DELETE', ''], ['POST', '/run']] as const) {
    expect((await runtime.request(method, `/v1/schedules/${id}${path}`)).body).toMatchObject({ status: 404, code: 'not_found' });
  }
});

test('a key has its own schedules, an admin\'s has all', async () => {
  const { id } = await created(yearly, OTHER);
  const mine = await created();
  const list = async (headers?: Record<string, string>, query = '') => (await runtime.request('GET', `/v1/schedules?limit=200${query}`, undefined, headers)).body;
  expect((await list(OTHER)).schedules.map((one: { id: string }) => one.id)).toEqual([id]);
  const all = (await list()).schedules.map((one: unknown) => scheduleSummarySchema.parse(one));
  expect(all.map((one: { id: string }) => one.id)).toEqual(expect.arrayContaining([id, mine.id]));
  expect((await list({}, '&tenant=other')).schedules).toHaveLength(1);
  expect((await list(OTHER, '&tenant=tester')).code).toBe('admin_required');
  for (const [method, path] of [['GET', ''], ['PATCH', ''], ['DELETE', ''], ['POST', '/run']] as const) {
    const { body } = await runtime.request(method, `/v1/schedules/${mine.id}${path}`, method === 'PATCH' ? { name: 'theirs' } : undefined, OTHER);
    expect(body).toMatchObject({ status: 404, code: 'not_found' });
  }
  expect((await runtime.request('GET', `/v1/schedules/${id}`)).body).toMatchObject({ id, tenant: 'other' });
});

test('schedules are listed page by page', async () => {
  for (const name of ['one', 'two', 'three']) await created({ ...yearly, name });
  const first = (await runtime.request('GET', '/v1/schedules?limit=2')).body;
  expect(first.schedules.map(({ name }: { name: string }) => name)).toEqual(['three', 'two']);
  const second = (await runtime.request('GET', `/v1/schedules?limit=1&cursor=${first.nextCursor}`)).body;
  expect(second.schedules.map(({ name }: { name: string }) => name)).toEqual(['one']);
});

test('it runs when asked, paused or not, once by an idempotency key, and its batch is the key\'s', async () => {
  const { id } = await created({ ...yearly, enabled: false }, OTHER);
  const run = async (headers = {}) => runtime.request('POST', `/v1/schedules/${id}/run`, undefined, { ...OTHER, ...headers });
  const { status, body } = await run({ 'idempotency-key': 'k' });
  expect(status).toBe(202);
  const first = scheduleRunSchema.parse(body);
  expect(first).toMatchObject({ trigger: 'manual', status: 'started', batchId: expect.any(String), error: null });
  expect((await run({ 'idempotency-key': 'k' })).body).toEqual(first);
  expect((await run()).body.id).not.toBe(first.id);
  const batch = (await runtime.request('GET', `/v1/batches/${first.batchId}?waitMs=60000`)).body;
  expect(batch).toMatchObject({ status: 'ended', tasks: [{ agent: 'cto', operation: 'ask', status: 'succeeded' }] });
  expect((await runtime.request('GET', `/v1/schedules/${id}`)).body.runs.at(-1)).toEqual(first);
});
