import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLinear } from '../../../../agent-runtime/src/connectors/linear/sdk-linear.ts';
import type { Linear } from '../../../../agent-runtime/src/connectors/linear/linear.ts';
import type { AiosError } from '../../../../agent-runtime/src/errors.ts';
import { startLinearStandIn } from '../../../stand-ins/linear/start-linear-stand-in.ts';
import type { LinearStandIn } from '../../../stand-ins/linear/start-linear-stand-in.ts';

const { signal } = new AbortController();
const ID = '8d3a1a55-9d3c-4f7e-8a3e-6f0f5f6f0a01';
const issue = { team: 'ENG', title: 'A title', description: 'Markdown' };

let standIn: LinearStandIn;
let linear: Linear;

beforeEach(async () => {
  standIn = await startLinearStandIn();
  linear = createLinear({ apiKey: standIn.apiKey, apiUrl: standIn.apiUrl });
});

afterEach(async () => {
  await standIn.close();
  standIn.assertNoViolations();
});

async function failureOf(call: Promise<unknown>): Promise<AiosError> {
  const error = await call.then(() => { throw new Error('it did not fail'); }, (thrown: AiosError) => thrown);
  for (const secret of [standIn.apiKey, 'lin_api_wrongSecret']) expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(secret);
  return error;
}

test.each([['its key', 'eng'], ['its UUID', '5f0c1d3a-7b1e-4c57-9a43-0d9a6c1f2e01']])('an issue is made in a team named by %s', async (_, team) => {
  const made = await linear.createIssue({ ...issue, team, priority: 2 }, signal);
  expect(made).toEqual({ id: standIn.issues[0]?.id, identifier: 'ENG-1', url: 'https://linear.app/stand-in/issue/ENG-1' });
  expect(standIn.issues).toMatchObject([{ title: 'A title', description: 'Markdown', priority: 2 }]);
});

test('the same id makes one issue', async () => {
  const first = await linear.createIssue({ ...issue, id: ID }, signal);
  expect(await linear.createIssue({ ...issue, id: ID }, signal)).toEqual(first);
  expect(standIn.issues).toHaveLength(1);
  expect(await linear.findIssue(ID, signal)).toEqual(first);
});

test('an issue whose answer was lost is found by its id', async () => {
  await linear.createIssue(issue, signal);
  standIn.fail({ failure: 'lose-answer' });
  expect(await linear.createIssue({ ...issue, id: ID }, signal)).toMatchObject({ id: ID });
  expect(standIn.issues).toHaveLength(2);
});

test('an issue that is not there is null', async () => {
  expect(await linear.findIssue(ID, signal)).toBeNull();
});

test('an unknown team lists the teams that the key may see', async () => {
  const error = await failureOf(linear.createIssue({ ...issue, team: 'OPS' }, signal));
  expect(error).toMatchObject({ code: 'linear_rejected', kind: 'user', issues: [{ path: 'team' }] });
  expect(error.message).toMatch(/"OPS".*sees: ENG/);
});

test('a field that Linear refuses is named', async () => {
  const error = await failureOf(linear.createIssue({ ...issue, title: ' ' }, signal));
  expect(error).toMatchObject({ code: 'linear_rejected' });
  expect(error.message).toContain('title must not be empty');
});

test('a wrong key names its setting', async () => {
  const error = await failureOf(createLinear({ apiKey: 'lin_api_wrongSecret', apiUrl: standIn.apiUrl }).findIssue(ID, signal));
  expect(error).toMatchObject({ code: 'linear_unauthorized', kind: 'user' });
  expect(error.message).toContain('LINEAR_API_KEY');
});

test('no key at all names its setting', async () => {
  const error = await failureOf(createLinear({ apiUrl: standIn.apiUrl }).createIssue(issue, signal));
  expect(error).toMatchObject({ code: 'linear_key_missing' });
  expect(error.message).toContain('Set LINEAR_API_KEY');
  expect(standIn.requests).toHaveLength(0);
});

test('a rate limit says how long to wait', async () => {
  const errors = [{ message: 'Rate limit exceeded', extensions: { code: 'RATELIMITED', type: 'ratelimited' } }];
  standIn.fail({ failure: { status: 400, headers: { 'retry-after': '12' }, body: { errors } } });
  expect(await failureOf(linear.findIssue(ID, signal))).toMatchObject({ code: 'linear_rate_limited', kind: 'operational', retryAfterMs: 12_000 });
});

test('a key that may not write is told so', async () => {
  const errors = [{ message: 'Forbidden', extensions: { type: 'forbidden', userPresentableMessage: 'Read-only key' } }];
  standIn.fail({ failure: { status: 403, body: { errors } } });
  const error = await failureOf(linear.findIssue(ID, signal));
  expect(error).toMatchObject({ code: 'linear_unauthorized' });
  expect(error.message).toMatch(/LINEAR_API_KEY.*Read-only key.*write access/);
});

test.each([['reset', 'reset'], ['502', { status: 502, body: 'Bad Gateway' }]] as const)('%s is operational', async (_, failure) => {
  standIn.fail({ failure });
  expect(await failureOf(linear.findIssue(ID, signal))).toMatchObject({ code: 'linear_unavailable', kind: 'operational' });
});

test('an answer that does not come is given up', async () => {
  standIn.fail({ failure: 'hang' });
  const hasty = createLinear({ apiKey: standIn.apiKey, apiUrl: standIn.apiUrl, timeoutMs: 200 });
  expect(await failureOf(hasty.findIssue(ID, signal))).toMatchObject({ code: 'linear_unavailable' });
});

test('a signal ends a call with its reason', async () => {
  await expect(linear.findIssue(ID, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
});
