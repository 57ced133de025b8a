import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { createRegistry } from '../../../agent-runtime/src/agents/registry.ts';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import { createTasks } from '../../../agent-runtime/src/tasks/create-tasks.ts';
import { createKnownAgents } from '../../../agent-runtime/src/tasks/known-agents.ts';
import { forgetOld, inTurn } from '../../../agent-runtime/src/tasks/upkeep.ts';
import { HEARTBEAT_MS, createWorkerRegistry } from '../../../agent-runtime/src/tasks/worker-registry.ts';
import { createWorkshop, gate, requestOf, type Workshop } from './workshop.ts';

let workshop: Workshop;
beforeEach(async () => { workshop = await createWorkshop(); });
afterEach(() => workshop.close());

async function until<Value>(look: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await look();
    if (isSo(value)) return value;
    await new Promise(setImmediate);
  }
}

test('a worker is listed from its start to its end, says what it runs, and drains before it goes', async () => {
  const list = createWorkerRegistry((await workshop.elsewhere()).state.memory);
  const working = gate();
  const done = gate();
  workshop.onWork(async ({ word }) => {
    working.resolve();
    await done.promise;
    return { said: word };
  });
  expect(await list.workers()).toEqual([]);
  const worker = await workshop.worker({ concurrency: 3 });
  const [seen] = await until(() => list.workers(), (workers) => workers.length === 1);
  expect(seen).toMatchObject({ draining: false, concurrency: 3, agents: [{ name: 'smith', concurrency: 3 }], host: 'test', pid: 1, version: '0.0.0' });
  await workshop.tasks.submit(requestOf(['a']), { tenant: 't' });
  await working.promise;
  const closedAt = performance.now();
  const closed = worker.close({ drainMs: 20_000 });
  const [draining] = await until(() => list.workers(), ([one]) => one?.draining === true);
  // At once, not with its next heartbeat: until then others would count on it.
  expect(performance.now() - closedAt).toBeLessThan(HEARTBEAT_MS / 2);
  expect(draining).toMatchObject({ id: seen!.id, running: 1 });
  done.resolve();
  await closed;
  expect(await list.workers()).toEqual([]);
});

test('a worker drains no longer than it may while nobody can be told of it', async () => {
  const silent = gate();
  const list = createWorkerRegistry(workshop.state.memory);
  const worker = await workshop.worker({ workers: { ...list, announce: (self, agents) => (self.draining ? silent.promise : list.announce(self, agents)) } });
  const working = gate();
  const stopped = gate();
  workshop.onWork(({ word }, { signal }) => {
    signal.addEventListener('abort', () => stopped.resolve());
    working.resolve();
    return new Promise(() => word);
  });
  await workshop.tasks.submit(requestOf(['a']), { tenant: 't' });
  await working.promise;
  const closed = worker.close({ drainMs: 50 });
  const ended = await Promise.race([stopped.promise.then(() => 'stopped'), pause(2_000, 'still running')]);
  silent.reject(new AiosError('store_unavailable', 'It does not answer.'));
  await closed;
  expect(ended).toBe('stopped');
});

test('what another version says of itself in another form is passed by', async () => {
  const { memory } = workshop.state;
  await memory.setMember('workers', 'newer', JSON.stringify({ id: 'newer', shape: 'another' }), 60_000);
  await memory.setMember('workers', 'broken', 'no JSON', 60_000);
  expect(await createWorkerRegistry(memory).workers()).toEqual([]);
});

test('tasks are taken for an agent that only a worker has, and checked by what it says of its input', async () => {
  const registry = createRegistry([]);
  const known = createKnownAgents({ registry, workers: createWorkerRegistry(workshop.state.memory), logger: workshop.logger });
  const tasks = createTasks({ ...workshop, registry: known });
  await expect(tasks.submit(requestOf(['a']), { tenant: 't' })).rejects.toMatchObject({ code: 'unknown_agent' });
  workshop.onWork(async ({ word, count }) => ({ said: `${word}${count}` }));
  await workshop.worker();
  const agents = await until(() => known.describe(), (described) => described.length === 1);
  expect(agents).toMatchObject([{ name: 'smith', workers: 1, operations: [{ name: 'work' }] }]);
  const { batch } = await tasks.submit(requestOf(['a']), { tenant: 't', waitMs: 10_000 });
  expect(batch.tasks[0]).toMatchObject({ status: 'succeeded', result: { said: 'a1' } });
  const wrong = { ...requestOf(['a']).tasks[0]!, input: { word: 7 } };
  await expect(tasks.submit({ tasks: [wrong] }, { tenant: 't' })).rejects.toMatchObject({ code: 'invalid_request', issues: [{ path: 'tasks.0.input.word' }] });
  await expect(tasks.submit({ tasks: [{ ...wrong, operation: 'rest' }] }, { tenant: 't' })).rejects.toMatchObject({ code: 'unknown_agent', message: expect.stringContaining('work') });
  known.close();
});

test('a schema that a worker tells of takes and refuses what the operation itself does', async () => {
  const schema = z.strictObject({ name: z.string().min(1), sizes: z.array(z.number().int()).max(3).default([]), kind: z.enum(['a', 'b']).optional() });
  const told = z.fromJSONSchema(z.toJSONSchema(schema, { io: 'input' }) as Parameters<typeof z.fromJSONSchema>[0]);
  const inputs = [{ name: 'x' }, { name: '' }, {}, { name: 'x', sizes: [1, 2, 3, 4] }, { name: 'x', kind: 'c' }, { name: 'x', more: 1 }, { name: 'x', sizes: [1.5] }, { name: 'x', sizes: [1], kind: 'b' }];
  for (const input of inputs) expect([input, told.safeParse(input).success]).toEqual([input, schema.safeParse(input).success]);
});

test('a job that one worker is enough for is done by one of them, and by another once that one is gone', async () => {
  const done: string[] = [];
  const job = (owner: string, leases: Workshop['state']['leases']) =>
    inTurn({ leases, owner, logger: workshop.logger }, 'job', 100, async () => { done.push(owner); });
  const others = (await workshop.elsewhere()).state.leases;
  await job('first', workshop.state.leases);
  await job('second', others);
  await job('first', workshop.state.leases);
  expect(done).toEqual(['first', 'first']);
  await until(async () => { await job('second', others); return done; }, (list) => list.includes('second'));
});

test('what ended longer ago than it is to be kept is forgotten, and nothing else', async () => {
  await workshop.worker();
  const { batch } = await workshop.tasks.submit(requestOf(['a']), { tenant: 't', waitMs: 10_000 });
  const days = (count: number) => Date.now() + count * 86_400_000;
  expect(await forgetOld(workshop.records, { tasks: 2, decisions: 2, ledger: 0 }, days(1))).toEqual({});
  expect(await forgetOld(workshop.records, { tasks: 0, decisions: 0, ledger: 0 }, days(1_000))).toEqual({});
  expect(await workshop.tasks.batch(batch.id)).toMatchObject({ status: 'ended' });
  expect(await forgetOld(workshop.records, { tasks: 2, decisions: 2, ledger: 2 }, days(3))).toEqual({ batches: 1 });
  await expect(workshop.tasks.batch(batch.id)).rejects.toMatchObject({ code: 'not_found' });
});
