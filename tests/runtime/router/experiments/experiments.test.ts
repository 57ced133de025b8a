import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { experimentSchema } from '../../../../agent-runtime/src/contract/experiment.ts';
import { createExperiments } from '../../../../agent-runtime/src/router/experiments/create-experiments.ts';
import type { RunningExperiments } from '../../../../agent-runtime/src/router/experiments/create-experiments.ts';
import type { ArmObservation } from '../../../../agent-runtime/src/router/experiments/experiments.ts';
import { experimentsSchema } from '../../../../agent-runtime/src/router/experiments/schema.ts';
import type { ExperimentRule } from '../../../../agent-runtime/src/router/experiments/schema.ts';

const SCOPE = { tenant: 'acme', agent: 'cto', workflow: 'nightly' };
const OBSERVATION: ArmObservation = { experiment: 'trial', arm: 'new', costUsd: 0.01, latencyMs: 100, succeeded: true, quality: null };

const rulesOf = (...experiments: object[]) => experimentsSchema.parse(experiments.map((experiment) => ({
  id: 'trial', control: 'old', arms: [{ name: 'old' }, { name: 'new', model: 'ollama/small' }], ...experiment,
})));

let rules: readonly ExperimentRule[];
let saved: unknown;
let clock: number;
let logged: string[];
let open: RunningExperiments[];
beforeEach(() => {
  rules = rulesOf({});
  saved = null;
  clock = 1_800_000_000_000;
  logged = [];
  open = [];
});
afterEach(() => Promise.all(open.map((experiments) => experiments.close())));

/** A process with the state that all share, as JSON like in a store. */
async function process(save: (value: unknown) => Promise<void> = async (value) => { saved = JSON.parse(JSON.stringify(value)); }): Promise<RunningExperiments> {
  const experiments = await createExperiments({
    rules: () => rules, state: { load: async () => saved, save }, now: () => clock, log: (event) => logged.push(event), syncMs: 3_600_000,
  });
  open.push(experiments);
  return experiments;
}

const KEYS = Array.from({ length: 10_000 }, (_, index) => `session-${index}`);
const armsOf = (experiments: RunningExperiments, keys = KEYS) => keys.map((key) => experiments.assign(SCOPE, 'cto/ask', key)?.arm ?? null);
const shareOf = (arms: readonly (string | null)[], name: string) => arms.filter((arm) => arm === name).length / arms.length;

describe('who gets which arm', () => {
  test('the same key always the same one, in every process', async () => {
    const [one, other] = [await process(), await process()];
    expect(armsOf(one)).toEqual(armsOf(other));
    expect(one.assign(SCOPE, 'cto/ask', 'k')).toEqual(one.assign({ ...SCOPE, workflow: 'another' }, 'cto/review', 'k'));
  });

  test('requests without a key are drawn one by one', async () => {
    const experiments = await process();
    const arms = KEYS.slice(0, 1_000).map(() => experiments.assign(SCOPE, 'cto/ask', '')!.arm);
    expect(shareOf(arms, 'new')).toBeGreaterThan(0.35);
    expect(shareOf(arms, 'new')).toBeLessThan(0.65);
  });

  test('the traffic is split by the weights', async () => {
    for (const weights of [[1, 1, 1], [8, 1, 1], [0, 3, 1]]) {
      rules = rulesOf({ arms: ['old', 'new', 'other'].map((name, index) => ({ name, weight: weights[index] })) });
      const arms = armsOf(await process());
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (const [index, name] of ['old', 'new', 'other'].entries()) expect(shareOf(arms, name)).toBeCloseTo(weights[index]! / total, 1.5);
    }
  });

  test('two experiments split independently of each other', async () => {
    rules = rulesOf({ id: 'one' }, { id: 'two', match: { agents: ['qa'] } });
    const experiments = await process();
    const both = KEYS.filter((key) => experiments.assign(SCOPE, 'p', key)?.arm === 'new' && experiments.assign({ ...SCOPE, agent: 'qa' }, 'p', key)?.arm === 'new');
    expect(experiments.assign({ ...SCOPE, agent: 'qa' }, 'p', 'k')?.experiment).toBe('one');
    rules = rulesOf({ id: 'one', match: { agents: ['cto'] } }, { id: 'two', match: { agents: ['qa'] } });
    const apart = KEYS.filter((key) => experiments.assign(SCOPE, 'p', key)?.arm === 'new' && experiments.assign({ ...SCOPE, agent: 'qa' }, 'p', key)?.arm === 'new');
    expect(both.length / KEYS.length).toBeCloseTo(0.5, 1.5);
    expect(apart.length / KEYS.length).toBeCloseTo(0.25, 1.5);
  });

  test('a change of a weight moves keys only to or from that arm', async () => {
    const named = (weight: number) => rulesOf({ arms: [{ name: 'old', weight: 2 }, { name: 'new', weight }, { name: 'other' }] });
    const experiments = await process();
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 }), async (a, b) => {
      const [small, large] = [Math.min(a, b) / 10, Math.max(a, b) / 10];
      rules = named(small);
      const before = armsOf(experiments, KEYS.slice(0, 1_000));
      rules = named(large);
      const moved = armsOf(experiments, KEYS.slice(0, 1_000)).map((arm, index) => [before[index], arm]).filter(([from, to]) => from !== to);
      expect(moved.every(([, to]) => to === 'new')).toBe(true);
    }), { numRuns: 8 });
  });

  test('shadow arms accompany their share of the requests, and change no answer', async () => {
    const alone = armsOf(await process());
    rules = rulesOf({ arms: [...rules[0]!.arms, { name: 'dark', model: 'x/y', shadow: true, weight: 0.25 }] });
    const experiments = await process();
    expect(armsOf(experiments)).toEqual(alone);
    const shadowed = KEYS.filter((key) => experiments.assign(SCOPE, 'cto/ask', key)!.shadows.length > 0);
    expect(shadowed.length / KEYS.length).toBeCloseTo(0.25, 1.5);
    expect(experiments.assign(SCOPE, 'cto/ask', shadowed[0]!)!.shadows).toEqual([{ arm: 'dark', routing: { model: 'x/y' } }]);
  });

  test.each<[string, object, boolean]>([
    ['nothing named', {}, true], ['its operation', { operations: ['ask'] }, true], ['its operation in full', { operations: ['cto/ask'] }, true],
    ['another operation', { operations: ['review'] }, false], ['another agent', { agents: ['qa'] }, false], ['its workflow', { workflows: ['x', 'nightly'] }, true],
    ['its tenant, but another agent', { tenants: ['acme'], agents: ['qa'] }, false],
  ])('a request takes part with %s', async (_, match, takesPart) => {
    rules = rulesOf({ match });
    expect((await process()).assign(SCOPE, 'cto/ask', 'k') !== null).toBe(takesPart);
  });

  test('without rules, or with disabled ones, nobody takes part', async () => {
    const experiments = await process();
    rules = [];
    expect(experiments.assign(SCOPE, 'cto/ask', 'k')).toBeNull();
    rules = rulesOf({ enabled: false });
    expect(experiments.assign(SCOPE, 'cto/ask', 'k')).toBeNull();
    expect((await experiments.find('trial')).status).toBe('disabled');
  });
});

describe('an arm that must not go on', () => {
  const fed = async (experiments: RunningExperiments, times: number, difference: Partial<ArmObservation>) => {
    for (let count = 0; count < times; count += 1) experiments.observe({ ...OBSERVATION, ...difference });
    await experiments.sync();
    return (await experiments.find('trial')).arms.find(({ name }) => name === (difference.arm ?? 'new'))!;
  };

  test('is stopped when it has spent more than allowed, and its keys go to the control', async () => {
    rules = rulesOf({ arms: [{ name: 'old' }, { name: 'new' }, { name: 'other' }], stop: { maxCostUsd: 1 } });
    const experiments = await process();
    const before = armsOf(experiments);
    expect(await fed(experiments, 100, {})).toMatchObject({ status: 'running' });
    expect(await fed(experiments, 1, {})).toMatchObject({ status: 'stopped', reason: expect.stringContaining('1.0100 USD') });
    expect(armsOf(experiments)).toEqual(before.map((arm) => (arm === 'new' ? 'old' : arm)));
    expect(logged).toEqual(['experiment-arm-stopped']);
  });

  test('is stopped when it surely fails too often, not when it had bad luck', async () => {
    rules = rulesOf({ stop: { maxFailureRate: 0.2 } });
    const experiments = await process();
    await fed(experiments, 100, {});
    expect(await fed(experiments, 30, { succeeded: false })).toMatchObject({ status: 'running' });
    expect(await fed(experiments, 30, { succeeded: false })).toMatchObject({ status: 'stopped', reason: expect.stringContaining('surely above 0.2') });
  });

  test('is not stopped by its first failures', async () => {
    rules = rulesOf({ stop: { maxFailureRate: 0.01, minSamples: 30 } });
    expect(await fed(await process(), 29, { succeeded: false })).toMatchObject({ status: 'running' });
  });

  test('stays stopped after a restart, and in the other processes', async () => {
    rules = rulesOf({ stop: { maxCostUsd: 1 } });
    const [one, other] = [await process(), await process()];
    await fed(one, 200, {});
    await other.sync();
    for (const experiments of [other, await process()]) expect(new Set(armsOf(experiments))).toEqual(new Set(['old']));
  });

  test('is the control never: it goes on', async () => {
    rules = rulesOf({ stop: { maxCostUsd: 1, maxFailureRate: 0.1 } });
    expect(await fed(await process(), 500, { arm: 'old', succeeded: false })).toMatchObject({ status: 'running' });
  });

  test('may be a shadow, which is then not run any more', async () => {
    rules = rulesOf({ arms: [...rules[0]!.arms, { name: 'dark', shadow: true }], stop: { maxCostUsd: 1 } });
    const experiments = await process();
    expect(experiments.assign(SCOPE, 'cto/ask', 'k')!.shadows).toHaveLength(1);
    await fed(experiments, 200, { arm: 'dark' });
    expect(experiments.assign(SCOPE, 'cto/ask', 'k')!.shadows).toEqual([]);
  });

  test('starts anew when the file gives it another model', async () => {
    rules = rulesOf({ stop: { maxCostUsd: 1 } });
    const experiments = await process();
    await fed(experiments, 200, {});
    rules = rulesOf({ stop: { maxCostUsd: 1 }, arms: [{ name: 'old' }, { name: 'new', model: 'ollama/better' }] });
    expect((await experiments.find('trial')).arms[1]).toMatchObject({ status: 'running', requests: 0 });
  });

  test('gets another chance when the experiment is started again, with its stop rules counting anew', async () => {
    rules = rulesOf({ stop: { maxCostUsd: 1 } });
    const experiments = await process();
    await fed(experiments, 101, {});
    await experiments.start('trial');
    expect(await fed(experiments, 100, {})).toMatchObject({ status: 'running', requests: 201 });
    expect(await fed(experiments, 1, {})).toMatchObject({ status: 'stopped' });
  });
});

describe('stopping and starting by hand', () => {
  test('a stopped experiment takes no requests, also after a restart, until it is started', async () => {
    const experiments = await process();
    expect(await experiments.stop('trial')).toMatchObject({ status: 'stopped', reason: 'It was stopped by hand.' });
    expect(experiments.assign(SCOPE, 'cto/ask', 'k')).toBeNull();
    const restarted = await process();
    expect(restarted.assign(SCOPE, 'cto/ask', 'k')).toBeNull();
    expect(await restarted.start('trial')).toMatchObject({ status: 'running', reason: null });
    await experiments.sync();
    expect(experiments.assign(SCOPE, 'cto/ask', 'k')).not.toBeNull();
  });

  test('an experiment that there is not is an error that names those that there are', async () => {
    const experiments = await process();
    for (const act of [experiments.find, experiments.stop, experiments.start]) {
      await expect(act('trail')).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('trial') });
    }
  });

  test('one that the file disables is not started', async () => {
    rules = rulesOf({ enabled: false });
    await expect((await process()).start('trial')).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('results', () => {
  test('have all metrics, and a verdict in words', async () => {
    rules = rulesOf({ metric: 'cost' });
    const experiments = await process();
    expect((await experiments.find('trial')).verdict).toContain('too few results for cost yet (0, and 0 of old; 30 are needed of each)');
    for (let count = 0; count < 300; count += 1) {
      experiments.observe({ ...OBSERVATION, arm: 'old', costUsd: 0.02 + (count % 7) / 1_000, quality: 0.9 });
      experiments.observe({ ...OBSERVATION, costUsd: 0.01 + (count % 5) / 1_000, latencyMs: count % 2 === 0 ? 80 : 120, succeeded: count % 10 > 0 });
      experiments.judge('trial', 'new', count % 2);
    }
    const report = experimentSchema.parse(await experiments.find('trial'));
    const [old, fresh] = report.arms;
    expect(old).toMatchObject({ role: 'control', comparedWithControl: null, requests: 300 });
    expect(fresh).toMatchObject({ role: 'variant', model: 'ollama/small', metrics: { quality: { n: 300, mean: 0.5 }, success: { n: 300 }, latency: { n: 270 } } });
    expect(fresh!.metrics.success.mean).toBeCloseTo(0.9);
    expect(fresh!.comparedWithControl!.cost.high).toBeLessThan(-0.005);
    expect(fresh!.comparedWithControl!.quality.high).toBeLessThan(-0.2);
    expect(fresh!.comparedWithControl!.quality.eValue).toBeGreaterThan(20);
    expect(report.verdict).toMatch(/^new is better than old in cost: -0\.011 USD \(.* to .* USD; 95 % sure, however often one looks\)\.$/);
  });

  test('leave out costs that are not known, and say how many', async () => {
    const experiments = await process();
    experiments.observe({ ...OBSERVATION, costUsd: null });
    experiments.observe(OBSERVATION);
    expect((await experiments.find('trial')).arms[1]).toMatchObject({ requests: 2, unknownCostRequests: 1, spentUsd: 0.01, metrics: { cost: { n: 1 } } });
  });

  test('of experiments and arms that are gone are ignored', async () => {
    const experiments = await process();
    experiments.observe({ ...OBSERVATION, arm: 'gone' });
    experiments.observe({ ...OBSERVATION, experiment: 'gone' });
    experiments.judge('gone', 'new', 1);
    expect((await experiments.list()).map(({ arms }) => arms.map(({ requests }) => requests))).toEqual([[0, 0]]);
  });
});

describe('several processes', () => {
  const requests = async (experiments: RunningExperiments) => (await experiments.find('trial')).arms[1]!.requests;

  test('add their results up, however their writes fall, and also as they leave', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(2), fc.constantFrom('observe', 'sync', 'restart')), { maxLength: 40 }), async (steps) => {
      saved = null;
      const processes = [await process(), await process(), await process()];
      let observed = 0;
      for (const [index, step] of steps) {
        clock += 1;
        if (step === 'observe') {
          processes[index]!.observe(OBSERVATION);
          observed += 1;
        } else if (step === 'sync') void processes[index]!.sync();
        else {
          await processes[index]!.close();
          processes[index] = await process();
        }
      }
      for (let round = 0; round < 2; round += 1) {
        clock += 1;
        for (const one of processes) await one.sync();
      }
      expect(await Promise.all(processes.map(requests))).toEqual([observed, observed, observed]);
    }), { numRuns: 60 });
  });

  test('a write that another one overtook is made again', async () => {
    const [one, other] = [await process(), await process()];
    one.observe(OBSERVATION);
    const before = saved;
    await one.sync();
    await one.stop('trial');
    saved = before;
    other.observe(OBSERVATION);
    await other.sync();
    clock += 1;
    await one.sync();
    const third = await process();
    expect(await requests(third)).toBe(2);
    expect(await third.find('trial')).toMatchObject({ status: 'stopped' });
  });

  test('one that died leaves what it had saved', async () => {
    const dead = await process();
    dead.observe(OBSERVATION);
    await dead.sync();
    clock += 25 * 60 * 60_000;
    const next = await process();
    next.observe(OBSERVATION);
    await next.sync();
    expect(Object.keys((saved as { parts: object }).parts)).toHaveLength(1);
    expect(await requests(next)).toBe(2);
  });

  test('a store that fails is asked again, and nothing is lost', async () => {
    let broken = true;
    const experiments = await process(async (value) => {
      if (broken) throw new Error('the disk is full');
      saved = JSON.parse(JSON.stringify(value));
    });
    experiments.observe(OBSERVATION);
    await expect(experiments.sync()).rejects.toThrow('the disk is full');
    expect(await requests(experiments)).toBe(1);
    expect(logged).toContain('experiments-not-saved');
    broken = false;
    await experiments.sync();
    expect(await requests(await process())).toBe(1);
  });

  test('a kept state that cannot be read is said, and counted anew', async () => {
    saved = { version: 99 };
    expect(await requests(await process())).toBe(0);
    expect(logged).toContain('experiment-state-unreadable');
  });
});

test.each<[string, object, RegExp]>([
  ['two arms of one name', { arms: [{ name: 'old' }, { name: 'old' }] }, /same name/],
  ['a control that there is not', { control: 'older' }, /must name an arm/],
  ['a shadow as control', { arms: [{ name: 'old', shadow: true }, { name: 'new' }] }, /no shadow/],
  ['a shadow that accompanies more than all', { arms: [{ name: 'old' }, { name: 'new', shadow: true, weight: 2 }] }, /share/],
  ['no traffic', { arms: [{ name: 'old', weight: 0 }, { name: 'new', weight: 0 }] }, /no arm has traffic/],
  ['a field that there is not', { wieght: 1 }, /wieght/],
])('rules with %s are refused', (_, difference, message) => {
  expect(() => rulesOf(difference)).toThrow(message);
});

test('two experiments of one id are refused', () => {
  expect(() => rulesOf({}, {})).toThrow(/trial/);
});
