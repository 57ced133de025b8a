import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createPostgresRecords } from '../../agent-runtime/src/stores/records/postgres.ts';
import type { ClaimedTask, Records } from '../../agent-runtime/src/stores/records/records.ts';
import { postgresMissing, startPostgres, type PostgresServer } from '../servers/start-postgres.ts';
import { charge, newBatch, T } from './records-cases.ts';

const COUNT = 60;
const missing = postgresMissing();
const onPostgres = missing === null ? test : test.skip;

let server: PostgresServer;
let client: pg.Client;
let records: Records;
beforeAll(async () => {
  if (missing !== null) return;
  server = await startPostgres({ fsync: 'off' });
  client = new pg.Client({ connectionString: server.url });
  await client.connect();
  records = await createPostgresRecords({ url: server.url });
});
afterAll(async () => {
  await records?.close();
  await client?.end();
  await server?.stop();
});

const names = (name: string) => Array.from({ length: COUNT }, (_, index) => `${name}${index}`);
const single = (id: string, key: string | null = null) => newBatch(id, { idempotencyKey: key, tasks: [{ ...newBatch(id).tasks[0]!, id: `${id}/0` }] });
const done = { status: 'succeeded', result: {} } as const;

async function claim(taskId: string, now = T): Promise<ClaimedTask> {
  const claimed = await records.runs.claim(taskId, { owner: 'o', leaseUntil: now + 1_000 }, now);
  if (claimed.outcome !== 'claimed') throw new Error(claimed.outcome);
  return claimed.task;
}

/** Commits of that time, some of which the server has of its own. */
async function commits(work: () => Promise<unknown>): Promise<number> {
  const read = async () => {
    await client.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await client.query<{ commits: number }>('SELECT sum(xact_commit)::float8 AS commits FROM pg_stat_database');
    return rows[0]!.commits;
  };
  const before = await read();
  await work();
  return await read() - before;
}

onPostgres(`many tasks at once take few statements (${missing ?? `${COUNT} tasks`})`, async () => {
  const ids = names('many');
  const count = await commits(async () => {
    await Promise.all(ids.map((id) => records.batches.accept(single(id), T)));
    const runs = await Promise.all(ids.map((id) => claim(`${id}/0`)));
    await Promise.all(runs.map((run) => records.runs.journal(run, { step: 's', requestHash: 'h', value: 1, event: { type: 'step-finished', data: {} } }, [charge], T)));
    await Promise.all(runs.map((run) => records.runs.finish(run, done, T)));
  });
  expect(count).toBeLessThan(COUNT);
  for (const id of ids) {
    expect(await records.batches.find(id)).toMatchObject({ status: 'ended', tasks: [{ status: 'succeeded', attempt: 1, spend: { calls: 1 } }] });
    expect((await records.tasks.events(`${id}/0`, 0)).map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'task-accepted'], [2, 'task-started'], [3, 'step-finished'], [4, 'task-succeeded'],
    ]);
  }
});

onPostgres('tasks of one batch that end in one statement count it down, and the last ones end it', async () => {
  const tasks = names('t').map((id) => ({ ...newBatch('one').tasks[0]!, id }));
  await records.batches.accept(newBatch('one', { callbackUrl: 'http://n8n.test/x', tasks }), T);
  const [first, ...others] = await Promise.all(tasks.map(({ id }) => claim(id)));
  const ended: string[] = [];
  const stop = records.watch((change) => { if (change.type === 'batch-ended') ended.push(change.batchId); });
  await Promise.all(others.map((run) => records.runs.finish(run, done, T)));
  expect([ended, (await records.batches.find('one'))!.status]).toEqual([[], 'running']);
  await records.runs.finish(first!, done, T);
  stop();
  expect(ended).toEqual(['one']);
  expect(await records.batches.find('one')).toMatchObject({ status: 'ended', callback: { status: 'pending' } });
});

onPostgres('a task that somebody holds does not hold up those that end with it', async () => {
  const ids = names('held');
  await Promise.all(ids.map((id) => records.batches.accept(single(id), T)));
  const runs = await Promise.all(ids.map((id) => claim(`${id}/0`)));
  await client.query('BEGIN');
  await client.query(`SELECT 1 FROM tasks WHERE id = 'held0/0' FOR UPDATE`);
  const [held, ...others] = runs.map((run) => records.runs.finish(run, done, T));
  await Promise.all(others);
  expect(await records.tasks.status('held0/0')).toBe('running');
  await client.query('COMMIT');
  await held;
  expect(await records.tasks.status('held0/0')).toBe('succeeded');
});

onPostgres('what was claimed or ended elsewhere is told from what was not, within one statement', async () => {
  const ids = names('mixed');
  await Promise.all(ids.map((id) => records.batches.accept(single(id), T)));
  await Promise.all(ids.slice(0, 20).map((id) => claim(`${id}/0`)));
  await Promise.all(ids.slice(20, 40).map((id) => records.tasks.endQueued(`${id}/0`, { status: 'cancelled', error: { code: 'c', kind: 'user', message: '' } }, T)));
  const claims = await Promise.all([...ids, 'missing'].map((id) => records.runs.claim(`${id}/0`, { owner: 'other', leaseUntil: T + 9_000 }, T)));
  expect(claims.map(({ outcome }) => outcome)).toEqual([
    ...Array<string>(20).fill('later'), ...Array<string>(20).fill('gone'), ...Array<string>(20).fill('claimed'), 'gone',
  ]);
  const stale = claims.flatMap((one) => (one.outcome === 'claimed' ? [{ ...one.task, fence: one.task.fence - 1 }, one.task] : []));
  const ends = await Promise.allSettled(stale.map((run) => records.runs.finish(run, done, T)));
  expect(ends.map(({ status }) => status)).toEqual(stale.map((_, index) => (index % 2 ? 'fulfilled' : 'rejected')));
});

onPostgres('charges of a run that lost its task are kept once, beside those of runs that did not', async () => {
  const ids = names('paid');
  await Promise.all(ids.map((id) => records.batches.accept(single(id), T)));
  const runs = await Promise.all(ids.map((id) => claim(`${id}/0`)));
  await claim('paid0/0', T + 1_000);
  const entry = { step: 's', requestHash: 'h', value: 1, event: { type: 'step-finished' as const, data: {} } };
  const writes = await Promise.allSettled(runs.map((run) => records.runs.journal(run, entry, [charge], T)));
  expect(writes.map(({ status }) => status)).toEqual(['rejected', ...Array<string>(COUNT - 1).fill('fulfilled')]);
  for (const id of ids) expect(await records.runs.spend(`${id}/0`)).toMatchObject({ calls: 1 });
});

onPostgres('tasks that end together take their entries with them, and charges are kept once, of a run that lost its task too', async () => {
  const ids = names('last');
  await Promise.all(ids.map((id) => records.batches.accept(single(id), T)));
  const runs = await Promise.all(ids.map((id) => claim(`${id}/0`)));
  await claim('last0/0', T + 1_000);
  await client.query('BEGIN');
  await client.query(`SELECT 1 FROM tasks WHERE id = 'last1/0' FOR UPDATE`);
  const entry = (index: number) => ({ step: 's', requestHash: 'h', value: index, event: { type: 'step-finished' as const, data: { index } } });
  const ends = runs.map((run, index) => records.runs.finish(run, done, T, index % 2 || index === 0 ? { entry: entry(index), charges: [charge] } : undefined));
  await expect(ends[0]).rejects.toMatchObject({ code: 'lease_lost' });
  await Promise.all(ends.slice(2));
  await client.query('COMMIT');
  await ends[1];
  for (const [index, id] of ids.entries()) {
    const hasEntry = index % 2 === 1;
    expect(await records.runs.spend(`${id}/0`)).toMatchObject({ calls: hasEntry || index === 0 ? 1 : 0 });
    if (index === 0) continue;
    expect(await records.runs.journalled(`${id}/0`, 's', 'h')).toBe(hasEntry ? index : undefined);
    expect((await records.tasks.events(`${id}/0`, 2)).map(({ seq, type }) => [seq, type])).toEqual([
      ...hasEntry ? [[3, 'step-finished']] : [], [hasEntry ? 4 : 3, 'task-succeeded'],
    ]);
  }
});

onPostgres('keys that are used several times at once, from two processes, make one batch each', async () => {
  const other = await createPostgresRecords({ url: server.url });
  const keys = names('key');
  const answers = await Promise.all([...keys, ...keys.toReversed()].map((key, index) =>
    (index % 2 ? records : other).batches.accept(single(`${key}-${index}`, key), T)));
  await other.close();
  expect(answers.filter(({ created }) => created)).toHaveLength(COUNT);
  expect(new Set(answers.map(({ id }) => id)).size).toBe(COUNT);
});

onPostgres('a text that Postgres has no place for does not harm those that are written with it', async () => {
  const ids = names('odd');
  await Promise.all(ids.map((id) => records.batches.accept(single(id), T)));
  const runs = await Promise.all(ids.map((id) => claim(`${id}/0`)));
  const message = 'a\0b \ud800';
  await Promise.all(runs.map((run) => records.runs.finish(run, { status: 'failed', error: { code: 'x', kind: 'user', message } }, T)));
  expect((await records.tasks.find('odd1/0'))!.error).toMatchObject({ message: 'a\uFFFDb \uFFFD' });
});
