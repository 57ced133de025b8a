import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decisionSchema, type Decision } from '../../agent-runtime/src/contract/decision.ts';
import { NO_USAGE } from '../../agent-runtime/src/contract/usage.ts';
import { decisionIdAt, type CallCharge, type KeptDecision } from '../../agent-runtime/src/stores/records/routing-records.ts';
import type { Records } from '../../agent-runtime/src/stores/records/records.ts';
import { taskOptionsSchema } from '../../agent-runtime/src/contract/task.ts';
import type { RecordsBench } from './records-cases.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;

export function decisionOf(id: string, change: Partial<Decision> = {}): Decision {
  return decisionSchema.parse({
    id, at: new Date(NOON).toISOString(), purpose: 'chat/completions', scope: { tenant: 'web' }, policy: 'balanced', pinnedModel: null,
    outcome: 'answered', errorCode: null, model: 'a/one', reason: 'It is the only one.', candidates: [],
    privacy: { class: 'internal', findings: [], redacted: false }, need: null, sticky: null, experiment: null, cache: 'off', budgets: [], attempts: [],
    usage: { ...NO_USAGE, input: 7, output: 2 }, costUsd: 0.25, costStatus: 'known', expectedUsd: null, durationMs: 12, firstTokenMs: null, ...change,
  });
}

export function chargeOf(change: Partial<CallCharge> = {}): CallCharge {
  return {
    model: 'a/one', provider: 'a', offline: false, usage: { ...NO_USAGE, input: 7, output: 2 }, durationMs: 12, errorCode: null,
    costUsd: 0.25, costStatus: 'known', ...change,
  };
}

export const kept = (id: string, change: Partial<Decision> = {}, charges: readonly CallCharge[] = [chargeOf()]): KeptDecision =>
  ({ decision: decisionOf(id, change), charges });
const idAt = (offsetMs: number, rest = '') => decisionIdAt(NOON + offsetMs) + rest;
const at = (offsetMs: number) => ({ at: new Date(NOON + offsetMs).toISOString() });

/** What every driver of the records must do for the router. */
export function describeRoutingRecords(name: string, createBench: () => Promise<RecordsBench>): void {
  describe(name, () => {
    let bench: RecordsBench;
    let records: Records;
    beforeEach(async () => {
      bench = await createBench();
      records = await bench.open();
    });
    afterEach(() => bench.close());

    const everything = { from: 0, to: NOON * 2 };
    const total = async () => (await records.routing.spend({ ...everything, groupBy: [] }))[0];

    test('a decision is read as it was kept', async () => {
      const one = kept('d1', { scope: { tenant: 'web', team: 'core', agent: 'cto', workflow: 'nightly' }, need: 0.25 });
      await records.routing.keep([one]);
      expect(await records.routing.find('d1')).toEqual(one.decision);
      expect(await records.routing.find('d2')).toBeNull();
    });

    test('a decision kept before, and its charges, are left as they are, whatever comes with it', async () => {
      await records.routing.keep([kept('d1')]);
      await records.routing.keep([kept('d2'), kept('d1', { reason: 'Another.' }), kept('d2', {}, [chargeOf({ costUsd: 9 })])]);
      expect((await records.routing.find('d1'))!.reason).toBe('It is the only one.');
      expect(await total()).toMatchObject({ calls: 2, costUsd: 0.5 });
    });

    test('many are kept at once, each with its own charges', async () => {
      await records.routing.keep(Array.from({ length: 333 }, (_, index) => kept(idAt(index), at(index), [chargeOf(), chargeOf({ costUsd: 0 })])));
      expect(await total()).toMatchObject({ calls: 666, costUsd: 333 / 4, usage: { input: 666 * 7, output: 666 * 2 } });
      expect((await records.routing.list({ limit: 2 })).map(({ id }) => id)).toEqual([idAt(332), idAt(331)]);
    });

    test('decisions are listed newest first, page by page, by key, task and model', async () => {
      await records.routing.keep([
        kept(idAt(0, 'z'), at(0)), kept(idAt(1, 'b'), at(1), []), kept(idAt(1, 'a'), { ...at(1), scope: { tenant: 'other', task: 't' } }, []),
        kept(idAt(2, 'c'), { ...at(2), model: 'b/two', scope: { tenant: 'web', task: 't' } }, []),
        kept(idAt(3, 'n'), { ...at(3), model: null, outcome: 'failed' }, []),
      ]);
      const list = async (filter: object) => (await records.routing.list({ limit: 9, ...filter })).map(({ id }) => id.at(-1)).join('');
      expect(await list({})).toBe('ncbaz');
      expect(await list({ limit: 2 })).toBe('nc');
      expect(await list({ limit: 2, after: idAt(2, 'c') })).toBe('ba');
      expect(await list({ after: idAt(1, 'b') })).toBe('az');
      expect(await list({ tenant: 'web', after: idAt(2, 'c') })).toBe('bz');
      expect(await list({ task: 't' })).toBe('ca');
      expect(await list({ task: 't', tenant: 'web' })).toBe('c');
      expect(await list({ model: 'a/one' })).toBe('baz');
      expect(await list({ after: 'nobody' })).toBe('');
    });

    test('spend is grouped as asked, days being those of UTC, and unknown costs are counted apart', async () => {
      const cto = { tenant: 'web', agent: 'cto' };
      await records.routing.keep([
        kept('d1', { ...at(-13 * HOUR), scope: cto }),
        kept('d2', { ...at(0), scope: cto }, [chargeOf({ costUsd: null, costStatus: 'unknown', worstCaseUsd: 0.5, errorCode: 'model_stream_cut' }), chargeOf()]),
        kept('d3', { ...at(1), scope: { tenant: 'web' } }, [chargeOf({ model: 'b/two', costUsd: 0, costStatus: 'free' })]),
      ]);
      const spend = (groupBy: readonly ('day' | 'agent' | 'model')[], more: object = {}) => records.routing.spend({ ...everything, groupBy, ...more });
      expect((await spend(['day', 'agent'])).map(({ group, calls, costUsd }) => [group, calls, costUsd])).toEqual([
        [{ day: '2026-11-21', agent: 'cto' }, 1, 0.25], [{ day: '2026-11-22', agent: null }, 1, 0], [{ day: '2026-11-22', agent: 'cto' }, 2, 0.25],
      ]);
      expect((await spend(['model'], { where: { agent: 'cto' } }))).toEqual([{
        group: { model: 'a/one' }, calls: 3, failedCalls: 1, usage: { ...NO_USAGE, input: 21, output: 6 }, costUsd: 0.5, unknownCostCalls: 1,
        worstCaseUsd: 0.5, durationMs: 36,
      }]);
      expect(await spend([], { from: NOON, to: NOON + 1 })).toMatchObject([{ calls: 2 }]);
      expect(await spend([], { from: 0, to: 1 })).toEqual([]);
      expect(await records.routing.committedNanoUsd({ agent: 'cto' }, NOON, NOON + 1)).toBe(750_000_000);
      expect(await records.routing.committedNanoUsd({ agent: 'nobody' }, 0, NOON * 2)).toBe(0);
    });

    test('a task\'s own charges are in the same ledger, with whom they were made for', async () => {
      const options = taskOptionsSchema.parse({});
      const tasks = [{ id: 'task', agent: 'cto', operation: 'ask', input: {}, options }];
      await records.batches.accept({ id: 'b', tenant: 'web', idempotencyKey: null, requestHash: 'h', callbackUrl: null, tasks }, NOON);
      const scope = { tenant: 'web', team: 'core', agent: 'cto', workflow: 'nightly', task: 'task' };
      await records.runs.charge('task', [{ ...chargeOf(), errorCode: null, step: 's', attempt: 1, decisionId: 'd1', scope }], NOON);
      await records.routing.keep([kept('d1', { scope }, [])]);
      expect(await records.routing.spend({ ...everything, groupBy: ['tenant', 'team', 'agent', 'workflow', 'task'] })).toMatchObject([
        { group: scope, calls: 1, costUsd: 0.25 },
      ]);
      expect(await records.runs.spend('task')).toMatchObject({ calls: 1, costUsd: 0.25 });
    });

    test('what the router has learnt is kept by name, and two processes do not undo each other\'s change', async () => {
      expect(await records.routing.loadState('learner')).toBeNull();
      await records.routing.saveState('learner', { arms: [1, 2] }, NOON);
      expect(await records.routing.loadState('learner')).toEqual({ arms: [1, 2] });
      const other = await bench.open();
      const add = (who: Records, item: number) => who.routing.changeState('list', (value) => [...(value ?? []) as number[], item], NOON);
      await Promise.all(Array.from({ length: 20 }, (_, index) => add(index % 2 ? records : other, index)));
      expect((await records.routing.loadState('list') as number[]).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    });

    test('feedback stands beside its decision and replaces what was said before', async () => {
      const feedback = { score: 1, comment: 'good', at: NOON };
      expect(await records.routing.saveFeedback('d1', feedback)).toBe('nowhere');
      await records.routing.keep([kept('d1')]);
      expect(await records.routing.feedback('d1')).toBeNull();
      const atOnce = [0, 0.25, 0.5, 0.75].map((score) => records.routing.saveFeedback('d1', { score, comment: null, at: NOON }));
      expect((await Promise.all(atOnce)).toSorted()).toEqual(['again', 'again', 'again', 'first']);
      expect(await records.routing.saveFeedback('d1', feedback)).toBe('again');
      expect(await records.routing.feedback('d1')).toEqual(feedback);
    });

    test('old decisions are forgotten some at a time, what was spent never', async () => {
      await records.routing.keep([kept(idAt(0), at(0)), kept(idAt(1), at(1)), kept(idAt(2), at(2))]);
      expect(await records.routing.forgetDecisions(NOON + 2, 1)).toBe(1);
      expect(await records.routing.find(idAt(0))).toBeNull();
      expect(await records.routing.forgetDecisions(NOON + 2, 9)).toBe(1);
      expect((await records.routing.list({ limit: 9 })).map(({ id }) => id)).toEqual([idAt(2)]);
      expect(await total()).toMatchObject({ calls: 3 });
    });
  });
}
