import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DELAY_LEVELS, durationOf, patternOf, routeOf } from '../../agent-runtime/src/stores/queue/rabbitmq/delay.ts';

/** What a topic exchange does with a pattern. */
function matches(pattern: string, key: string): boolean {
  const words = key.split('.');
  return pattern.split('.').every((word, index) => word === '#' || (word === '*' ? words[index] !== undefined : word === words[index]));
}

/** The levels that a message passes through, as the broker routes it. */
function levelsOf(delayMs: number): readonly number[] {
  const { level: first, bits } = routeOf(delayMs);
  const levels: number[] = [];
  for (let level = first; level >= 0; level -= 1) {
    const [waits, passes] = [1, 0].map((bit) => matches(patternOf(level, bit as 0 | 1), `${bits}.smith`));
    expect([waits, passes]).toContain(true);
    expect(waits).not.toBe(passes);
    if (waits) levels.push(level);
  }
  return levels;
}

test('a delay is the sum of its levels: never shorter, and at most 1 % longer', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 15 * 24 * 3_600_000 }), (delayMs) => {
    const total = levelsOf(delayMs).reduce((sum, level) => sum + durationOf(level), 0);
    expect(total).toBeGreaterThanOrEqual(delayMs);
    expect(total).toBeLessThanOrEqual(delayMs * 1.01 + durationOf(0));
  }));
});

test('a message waits in few levels, however long', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (delayMs) => expect(levelsOf(delayMs).length).toBeLessThanOrEqual(8)));
});

test('a delay of months is the longest there is', () => {
  expect(levelsOf(2 ** 45).reduce((sum, level) => sum + durationOf(level), 0)).toBeGreaterThan(15 * 24 * 3_600_000);
  expect(durationOf(DELAY_LEVELS - 1)).toBeLessThan(2 ** 32);
});
