import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createEmbeddedState } from '../../agent-runtime/src/stores/state/embedded.ts';
import type { State } from '../../agent-runtime/src/stores/state/state.ts';
import { moduleOf, runProgram } from './run-program.ts';
import { describeState, type StateBench } from './state-cases.ts';
import { eventually, listen } from './state-tools.ts';

async function embeddedBench(): Promise<StateBench> {
  const folder = await mkdtemp(join(tmpdir(), 'aios-state-'));
  const states: State[] = [];
  return {
    open() {
      const state = createEmbeddedState({ folder });
      states.push(state);
      return state;
    },
    async close() {
      await Promise.all(states.map((state) => state.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describeState('the embedded state', embeddedBench);

/** Runs `work(state)` in a process of its own. */
const inProcess = (folder: string, work: string) => runProgram(`
  const { createEmbeddedState } = await import(${JSON.stringify(moduleOf('embedded'))});
  const state = createEmbeddedState({ folder: ${JSON.stringify(folder)} });
  await (${work})(state);
  await state.close();`);

test('processes that share a folder see the same, and what a killed one held ends with its time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aios-state-'));
  const take = `async (state) => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) =>
      state.limits.take(process.pid + '-' + index, [{ name: 'agent:cto', limit: 9 }], 60_000)));
    const lease = await state.leases.acquire('sweeper', { owner: 'process-' + process.pid, ttlMs: 60_000 });
    console.log(JSON.stringify({ taken: answers.filter(({ taken }) => taken).length, held: lease !== null }));
  }`;
  const printed = await Promise.all([inProcess(folder, take).ended, inProcess(folder, take).ended, inProcess(folder, take).ended]);
  const answers = printed.map((line) => JSON.parse(line) as { taken: number; held: boolean });
  expect(answers.reduce((sum, { taken }) => sum + taken, 0)).toBe(9);
  expect(answers.filter(({ held }) => held)).toHaveLength(1);

  const state = createEmbeddedState({ folder });
  expect(await state.limits.count('agent:cto')).toBe(9);
  const heard = await listen(state, 'tasks');
  const { child, ended } = inProcess(folder, `async (state) => {
    await state.leases.acquire('short', { owner: 'dying', ttlMs: 500 });
    state.events.publish('tasks', 'from another process');
    await new Promise(() => setInterval(() => undefined, 1000));
  }`);
  await eventually(() => heard.texts.length > 0);
  expect(heard.texts).toEqual(['from another process']);
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await Promise.all([closed, ended]);
  expect(await eventually(() => state.leases.acquire('short', { owner: 'next', ttlMs: 60_000 }))).toMatchObject({ owner: 'next' });
  await state.close();
  await rm(folder, { recursive: true, force: true });
});

test('many parts that write at once in several processes wait for each other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aios-state-'));
  const work = `async (state) => {
    for (let turn = 0; turn < 100; turn++) {
      await Promise.all([
        state.memory.setMember('workers', 'process-' + process.pid, String(turn), 60_000), state.rates.consume('key', { points: 1_000, perMs: 3_600_000 }),
        state.memory.append('turns', process.pid + ' ' + turn, { keep: 1_000, ttlMs: 60_000 }),
      ]);
      state.events.publish('tasks', String(turn));
    }
  }`;
  await Promise.all([inProcess(folder, work).ended, inProcess(folder, work).ended, inProcess(folder, work).ended]);
  const state = createEmbeddedState({ folder });
  expect((await state.memory.members('workers')).size).toBe(3);
  expect([...(await state.memory.members('workers')).values()]).toEqual(['99', '99', '99']);
  expect(await state.memory.items('turns')).toHaveLength(300);
  expect(await state.rates.consume('key', { points: 1_000, perMs: 3_600_000 })).toMatchObject({ remaining: 699 });
  await state.close();
  await rm(folder, { recursive: true, force: true });
});

test('a folder that cannot be used is an error that names the setting', () => {
  expect(() => createEmbeddedState({ folder: '/dev/null/aios' })).toThrow('AIOS_DATA_DIR');
});
