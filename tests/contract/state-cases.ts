import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { State, TakeAnswer } from '../../agent-runtime/src/stores/state/state.ts';
import { eventually, listen } from './state-tools.ts';

/** Opens the same state several times, as several processes would, and takes it down. */
export interface StateBench {
  open(): State;
  close(): Promise<void>;
}

const LONG = 60_000;
const SHORT = 150;

/** What every driver of the state must do. */
export function describeState(name: string, createBench: () => Promise<StateBench>): void {
  describe(name, () => {
    let bench: StateBench;
    let state: State;
    let other: State;
    beforeEach(async () => {
      bench = await createBench();
      state = bench.open();
      other = bench.open();
    });
    afterEach(() => bench.close());

    describe('a lease', () => {
      test('has one holder, whoever asks', async () => {
        const answers = await Promise.all(Array.from({ length: 20 }, (_, index) =>
          [state, other][index % 2]!.leases.acquire('sweeper', { owner: `worker-${index}`, ttlMs: LONG })));
        expect(answers.filter(Boolean)).toHaveLength(1);
        expect(await state.leases.acquire('another', { owner: 'worker-99', ttlMs: LONG })).toMatchObject({ name: 'another', owner: 'worker-99' });
      });

      test('goes on to the next one with a higher fence when it is released', async () => {
        const first = (await state.leases.acquire('sweeper', { owner: 'a', ttlMs: LONG }))!;
        await state.leases.release(first);
        const second = (await other.leases.acquire('sweeper', { owner: 'b', ttlMs: LONG }))!;
        expect(second.fence).toBeGreaterThan(first.fence);
        expect(Number.isSafeInteger(second.fence)).toBe(true);
        await state.leases.release(first); // late
        expect(await state.leases.renew(first, LONG)).toBe(false);
        expect(await other.leases.renew(second, LONG)).toBe(true);
      });

      test('ends with its time, and a holder that wakes up late is told', async () => {
        const first = (await state.leases.acquire('sweeper', { owner: 'a', ttlMs: SHORT }))!;
        const second = await eventually(() => other.leases.acquire('sweeper', { owner: 'b', ttlMs: LONG }));
        expect(second!.fence).toBeGreaterThan(first.fence);
        expect(await state.leases.renew(first, LONG)).toBe(false);
        expect(await state.leases.acquire('sweeper', { owner: 'a', ttlMs: LONG })).toBeNull();
      });

      test('is kept by renewing it', async () => {
        const lease = (await state.leases.acquire('sweeper', { owner: 'a', ttlMs: SHORT }))!;
        for (const end = performance.now() + 3 * SHORT; performance.now() < end;) {
          expect(await state.leases.renew(lease, LONG)).toBe(true);
          expect(await other.leases.acquire('sweeper', { owner: 'b', ttlMs: LONG })).toBeNull();
        }
      });

      test('is given anew to the owner who has it, and the earlier one is lost', async () => {
        const first = (await state.leases.acquire('sweeper', { owner: 'a:1', ttlMs: LONG }))!;
        const second = (await state.leases.acquire('sweeper', { owner: 'a:1', ttlMs: LONG }))!;
        expect(second.fence).toBeGreaterThan(first.fence);
        expect(await state.leases.renew(first, LONG)).toBe(false);
        expect(await state.leases.renew(second, LONG)).toBe(true);
      });
    });

    describe('a limit', () => {
      const taken = (answers: readonly TakeAnswer[]) => answers.filter((answer) => answer.taken).length;

      test('lets as many through as it has places, whoever asks', async () => {
        const answers = await Promise.all(Array.from({ length: 60 }, (_, index) =>
          [state, other][index % 2]!.limits.take(`run-${index}`, [{ name: 'agent:cto', limit: 7 }], LONG)));
        expect(taken(answers)).toBe(7);
        expect(await other.limits.count('agent:cto')).toBe(7);
      });

      test('takes places in all limits or in none, and says which one refused', async () => {
        const wide = { name: 'agent:cto', limit: 10 };
        const narrow = { name: 'repository:aios/web', limit: 1 };
        expect(await state.limits.take('a', [wide, narrow], LONG)).toEqual({ taken: true, place: { holder: 'a', names: [wide.name, narrow.name] } });
        expect(await state.limits.take('b', [wide, narrow], LONG)).toEqual({ taken: false, refusedBy: narrow.name });
        expect(await state.limits.count(wide.name)).toBe(1);
        expect(await state.limits.take('b', [wide], LONG)).toMatchObject({ taken: true });
        expect(await state.limits.take('c', [{ name: 'closed', limit: 0 }], LONG)).toEqual({ taken: false, refusedBy: 'closed' });
        expect(await state.limits.take('d', [], LONG)).toMatchObject({ taken: true });
      });

      test('counts a holder once, also where it is full', async () => {
        const limit = [{ name: 'agent:cto', limit: 1 }];
        expect(taken([await state.limits.take('a', limit, LONG), await other.limits.take('a', limit, LONG)])).toBe(2);
        expect(await state.limits.count('agent:cto')).toBe(1);
      });

      test('has a place again when one is given back, by whomever', async () => {
        const limit = [{ name: 'agent:cto', limit: 1 }];
        await state.limits.take('a', limit, LONG);
        expect(await other.limits.take('b', limit, LONG)).toMatchObject({ taken: false });
        await other.limits.give({ holder: 'a', names: ['agent:cto', 'never-taken'] });
        await other.limits.give({ holder: 'a', names: ['agent:cto'] });
        expect(await other.limits.take('b', limit, LONG)).toMatchObject({ taken: true });
      });

      test('loses the places of the dead, and keeps those that are renewed', async () => {
        const limit = [{ name: 'agent:cto', limit: 2 }];
        await state.limits.take('dead', limit, SHORT);
        const kept = await state.limits.take('kept', limit, SHORT);
        if (!kept.taken) throw new Error('the limit has two places');
        await state.limits.renew([kept.place], LONG);
        await eventually(async () => await other.limits.count('agent:cto') === 1);
        expect(await other.limits.take('next', limit, LONG)).toMatchObject({ taken: true });
        expect(await other.limits.take('one-more', limit, LONG)).toMatchObject({ taken: false });
      });

      test('takes back by renewing what was lost, also above the limit', async () => {
        await state.limits.take('next', [{ name: 'agent:cto', limit: 1 }], LONG);
        await state.limits.renew([{ holder: 'slow', names: ['agent:cto', 'provider:x'] }], LONG);
        await state.limits.renew([], LONG);
        expect(await other.limits.count('agent:cto')).toBe(2);
        expect(await other.limits.count('provider:x')).toBe(1);
      });
    });

    describe('a rate', () => {
      const rate = { points: 10, perMs: 60_000 };

      test('lets through what a window has, whoever asks', async () => {
        const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => [state, other][index % 2]!.rates.consume('key-1', rate)));
        expect(answers.filter(({ allowed }) => allowed)).toHaveLength(10);
        const refused = answers.find(({ allowed }) => !allowed)!;
        expect(refused).toMatchObject({ allowed: false, remaining: 0 });
        expect(refused.retryAfterMs).toBeGreaterThan(50_000);
        expect(refused.retryAfterMs).toBeLessThanOrEqual(60_000);
        expect(await state.rates.consume('key-2', rate)).toMatchObject({ allowed: true, remaining: 9, retryAfterMs: 0 });
      });

      test('counts several points at once, and windows of other lengths apart', async () => {
        expect(await state.rates.consume('key', rate, 4)).toMatchObject({ allowed: true, remaining: 6 });
        expect(await state.rates.consume('key', { points: 5, perMs: 1_000 }, 5)).toMatchObject({ allowed: true, remaining: 0 });
        expect(await state.rates.consume('key', rate, 7)).toMatchObject({ allowed: false });
      });

      test('begins anew when its window has ended', async () => {
        const second = { points: 1, perMs: 1_000 };
        expect(await state.rates.consume('key', second)).toMatchObject({ allowed: true });
        expect(await other.rates.consume('key', second)).toMatchObject({ allowed: false });
        expect(await eventually(async () => (await state.rates.consume('key', second)).allowed)).toBe(true);
      });

      test('of a window that is not of whole seconds is a mistake', async () => {
        await expect(state.rates.consume('key', { points: 1, perMs: 1_500 })).rejects.toThrow('whole seconds');
      });
    });

    describe('an event', () => {
      test('is heard by all who listen to its topic, in this process and in others', async () => {
        const heard = [await listen(state, 'tasks'), await listen(state, 'tasks'), await listen(other, 'tasks')];
        const elsewhere = await listen(other, 'workers');
        state.events.publish('tasks', 'one');
        await eventually(() => heard.every(({ texts }) => texts.length === 1));
        other.events.publish('tasks', 'zwei ✓');
        await eventually(() => heard.every(({ texts }) => texts.length === 2));
        expect(heard.map(({ texts }) => texts)).toEqual(Array.from({ length: 3 }, () => ['one', 'zwei ✓']));
        expect(elsewhere.texts).toEqual([]);
      });

      test('is not heard any more by who has stopped to listen', async () => {
        const [gone, stays] = [await listen(state, 'tasks'), await listen(other, 'tasks')];
        gone.stop();
        gone.stop();
        other.events.publish('tasks', 'one');
        state.events.publish('tasks', 'two');
        await eventually(() => stays.texts.length === 2);
        expect(gone.texts).toEqual([]);
        const again = await listen(state, 'tasks');
        other.events.publish('tasks', 'three');
        await eventually(() => again.texts.includes('three')); // `one` may have been on its way to this process until now
        expect(gone.texts).toEqual([]);
      });
    });

    describe('memory', () => {
      test('keeps a value until its time is over', async () => {
        await state.memory.set('conversation', 'model-a', LONG);
        await state.memory.set('conversation', 'model-b ✓', SHORT);
        expect(await other.memory.get('conversation')).toBe('model-b ✓');
        await eventually(async () => await other.memory.get('conversation') === null);
        await state.memory.set('conversation', '', LONG);
        expect(await state.memory.get('conversation')).toBe('');
        await other.memory.delete('conversation');
        expect(await state.memory.get('conversation')).toBeNull();
        expect(await state.memory.get('never')).toBeNull();
      });

      test('keeps the last items of a list', async () => {
        for (const item of ['a', 'b', 'c', 'd']) await state.memory.append('turns', item, { keep: 3, ttlMs: LONG });
        expect(await other.memory.items('turns')).toEqual(['b', 'c', 'd']);
        await other.memory.append('turns', 'e', { keep: 2, ttlMs: SHORT });
        expect(await state.memory.items('turns')).toEqual(['d', 'e']);
        await eventually(async () => (await state.memory.items('turns')).length === 0);
        await state.memory.append('turns', 'f', { keep: 3, ttlMs: LONG });
        expect(await state.memory.items('turns')).toEqual(['f']);
        await state.memory.deleteItems('turns');
        expect(await other.memory.items('turns')).toEqual([]);
      });

      test('lists the members of a group, each until its time is over', async () => {
        await state.memory.setMember('workers', 'worker-2', 'busy', LONG);
        await other.memory.setMember('workers', 'worker-1', 'idle', LONG);
        await other.memory.setMember('workers', 'worker-3', 'dying', SHORT);
        await other.memory.setMember('{odd}}', 'worker-9', 'elsewhere', LONG);
        await state.memory.setMember('workers', 'worker-1', 'busy', LONG);
        await eventually(async () => (await state.memory.members('workers')).size === 2);
        expect([...await state.memory.members('workers')]).toEqual([['worker-1', 'busy'], ['worker-2', 'busy']]);
        await other.memory.deleteMember('workers', 'worker-2');
        await other.memory.deleteMember('workers', 'worker-2');
        expect([...await state.memory.members('workers')]).toEqual([['worker-1', 'busy']]);
        expect([...await state.memory.members('{odd}}')]).toEqual([['worker-9', 'elsewhere']]);
        expect((await state.memory.members('nobody')).size).toBe(0);
      });

      test('forgets who died, although the group lives on', async () => {
        await state.memory.setMember('workers', 'dying', 'x', SHORT);
        await eventually(async () => {
          await state.memory.setMember('workers', 'alive', 'y', LONG);
          return (await state.memory.members('workers')).size === 1;
        });
        expect([...(await other.memory.members('workers')).keys()]).toEqual(['alive']);
      });
    });

    test('a state that is closed says so, and leaves to others what it held', async () => {
      const closed = bench.open();
      await closed.ping();
      await closed.leases.acquire('sweeper', { owner: 'a', ttlMs: LONG });
      closed.events.subscribe('tasks', () => undefined);
      await closed.close();
      await closed.close();
      for (const call of [
        () => closed.ping(), () => closed.memory.get('a'), () => closed.limits.count('a'), () => closed.rates.consume('a', { points: 1, perMs: 1_000 }),
        () => closed.leases.acquire('other', { owner: 'a', ttlMs: LONG }),
      ]) await expect(call()).rejects.toMatchObject({ code: 'store_unavailable' });
      closed.events.publish('tasks', 'nobody hears this');
      expect(await state.leases.acquire('sweeper', { owner: 'b', ttlMs: LONG })).toBeNull();
    });
  });
}
