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

  test('is higher for two judgements at once, and for which way something changes, than for a name to be recalled', () => {
    const judged = withOptions('Claim 1 | I returned the purse that I found to its owner. Claim 2 | I read my friend\'s letters while she was away. Which of them was fair?', 'Fair, Fair', 'Fair, Unfair', 'Unfair, Fair', 'Unfair, Unfair');
    const changed = withOptions('If a spring is cut in half, what happens to the stiffness of each piece?', 'It increases.', 'It decreases.', 'It stays the same.', 'It first increases, then decreases.');
    const recalled = withOptions('Which river flows through the city of Vienna?', 'Danube', 'Elbe', 'Rhine', 'Vistula');
    expect(score(judged)).toBeGreaterThan(score(recalled));
    expect(score(changed)).toBeGreaterThan(score(recalled));
  });

  test('is higher for a case told at length than for the same question asked shortly', () => {
    const options = ['Ibuprofen', 'Colchicine', 'Allopurinol', 'Prednisolone'];
    const story = 'A 61-year-old man comes to his doctor because his left knee has hurt for two days. He had a feast with his family the evening before it began. He takes a tablet for his blood pressure, and he has had two such attacks before, the last of them three months ago. His temperature is 37.8, and the knee is red, warm and so tender that he cannot stand on it. Crystals are seen in what is drawn from the joint. ';
    expect(score(withOptions(`${story}Which treatment is given to prevent attacks?`, ...options))).toBeGreaterThan(score(withOptions('Which treatment is given to prevent attacks of gout?', ...options)));
  });

  test('of a sum with prices in dollars is read as a sum, not as formulas', () => {
    const short = 'Ann buys 3 pens at $2 each. How much does she pay?';
    const long = 'Ann buys 3 pens at $2 each and 4 pads at $5 each. She has a coupon for $6 and pays the rest with a $50 bill, and then gives half of her change to each of her 2 brothers. How much does each of them get?';
    expect(score(long)).toBeGreaterThan(score(short));
    expect(describePrompt(short).context.slice(1, 4)).toEqual([0, 1, 0]);
    expect(describePrompt(long).context.slice(1, 4)).toEqual([0, 1, 0]);
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
