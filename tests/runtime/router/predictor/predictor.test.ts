import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CONTEXT_LENGTH, createPredictor } from '../../../../agent-runtime/src/router/predictor/predictor.ts';
import { WEIGHTS } from '../../../../agent-runtime/src/router/predictor/weights.ts';

const { score, describe: describePrompt } = createPredictor();
const withOptions = (question: string, ...options: string[]) => `${question}\n${options.map((option, at) => `${'ABCD'[at]}. ${option}`).join('\n')}\nAnswer:`;

describe('the predicted need of a strong model', () => {
  test('is a probability for any text, and the same for the same text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 3000 }), (prompt) => {
      const need = score(prompt);
      return need >= 0 && need <= 1 && score(prompt) === need && describePrompt(prompt).score === need;
    }));
  });

  test('does not depend on what was scored before', () => {
    fc.assert(fc.property(fc.string({ maxLength: 400 }), fc.string({ maxLength: 400 }), (one, other) => {
      const alone = createPredictor().score(one);
      score(other);
      return score(one) === alone;
    }), { numRuns: 30 });
  });

  test('is higher for a sum of several steps than for a sum of one', () => {
    const one = 'Mia has 5 pens and buys 2 more. How many pens does she have?';
    const several = `${one} She then gives half of her pens to each of her 3 friends in turn, and buys twice as many as she has left, at $4 each. How much more than her brother, who paid $12, did she pay in total?`;
    expect(score(several)).toBeGreaterThan(score(one));
  });

  test('is higher for a sum than for a name to be recalled, each with options', () => {
    const sum = withOptions('A tank holds 60 litres and loses 4 litres each hour. If 10 litres are added every 5 hours, how many litres are left after 10 hours?', '20', '30', '40', '50');
    const recalled = withOptions('Which painter is known as the founder of Pointillism?', 'Seurat', 'Delacroix', 'Modigliani', 'Botticelli');
    expect(score(sum)).toBeGreaterThan(score(recalled));
  });

  test('is higher for code to be written than for a greeting', () => {
    expect(score('Write a function in Python that merges two sorted lists, and explain its complexity.')).toBeGreaterThan(score('Hello there!'));
  });

  test('of a prompt of a megabyte takes no longer than of a few pages', () => {
    const long = 'All work and no play makes a long page. '.repeat(25_000);
    const spent = (prompt: string) => {
      const start = performance.now();
      for (let round = 0; round < 20; round += 1) score(prompt);
      return performance.now() - start;
    };
    spent(long);
    expect(spent(long)).toBeLessThan(20 * 10);
  });

  test('comes with a context of fixed length, of finite figures', () => {
    fc.assert(fc.property(fc.string({ maxLength: 500 }), (prompt) => {
      const { context } = describePrompt(prompt);
      return context.length === CONTEXT_LENGTH && context.every((figure) => Number.isFinite(figure) && Math.abs(figure) <= 1.2);
    }));
  });

  test('refuses weights that were fitted on other features', () => {
    expect(() => createPredictor({ ...WEIGHTS, features: ['length'] })).toThrow('npm run router:fit');
  });
});
