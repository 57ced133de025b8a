import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCrowd } from '../../../../agent-runtime/src/api/wire/crowd.ts';

test('has who came in and did not leave, in whatever order they leave', () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 60 }), (steps) => {
    const crowd = createCrowd<number>();
    const inside = new Map<number, () => void>();
    for (const [index, step] of steps.entries()) {
      // An even step comes in, an odd one lets one of those inside leave.
      const leaving = [...inside.keys()][step];
      if (step % 2 === 0 || leaving === undefined) inside.set(index, crowd.enter(index));
      else {
        inside.get(leaving)!();
        inside.delete(leaving);
      }
      expect(crowd.all().toSorted((a, b) => a - b)).toEqual([...inside.keys()]);
    }
  }));
});

test('who leaves twice takes nobody along', () => {
  const crowd = createCrowd<string>();
  const leave = crowd.enter('a');
  crowd.enter('b');
  leave();
  leave();
  expect(crowd.all()).toEqual(['b']);
});
