import { expect, test } from '@jest/globals';
import { makePlan } from './plan.ts';

const OPTIONS = { durationMs: 150_000, apis: 2, workers: 3, servers: ['postgres', 'rabbitmq', 'redis', 's3'], killsEach: 5 } as const;

test('a seed repeats the order of all events, and another one has another', () => {
  const order = (seed: number) => makePlan({ seed, ...OPTIONS }).kills.map(({ target, index }) => `${target} ${index}`);
  expect(makePlan({ seed: 7, ...OPTIONS })).toEqual(makePlan({ seed: 7, ...OPTIONS }));
  expect(order(8)).not.toEqual(order(7));
});

test('each victim is killed as often as is asked for, whatever the seed, and within the time', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const { kills, spells } = makePlan({ seed, ...OPTIONS });
    const times = Map.groupBy(kills, ({ target }) => target);
    for (const target of ['api', 'worker', ...OPTIONS.servers] as const) expect(times.get(target)?.length).toBeGreaterThanOrEqual(5);
    expect(kills.map(({ atMs }) => atMs)).toEqual(kills.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    expect(Math.max(...[...kills, ...spells].map(({ atMs }) => atMs))).toBeLessThan(OPTIONS.durationMs);
    expect(new Set(spells.map(({ fault }) => fault.kind)).size).toBe(4);
  }
});
