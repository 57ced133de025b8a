import { meanAndSpread } from '../../../agent-runtime/scripts/predictor/held-out.ts';
import { seeded } from '../../../agent-runtime/scripts/predictor/random.ts';
import { fitSuccessForest } from '../../../agent-runtime/src/router/learning/success-forest.ts';
import { ANSWER_TOKENS, bestOf, bestSingle, halves, meanOf, outcomeOf, type Asked, type Nine } from './nine.ts';
import type { Target } from './target.ts';

const SEEDS = [1, 2, 3, 4, 5];
/** How much of a success the dearest answer's price is worth: what the frontier is swept over. */
const CARES = [0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 1];
/** The share of the best single model's cost that the setting may cost on training questions: a little under the half asked for. */
const SHARE = 0.45;

type Chances = (context: readonly number[]) => number[];
const learn = (asked: Asked[], seed: number): Chances => fitSuccessForest(asked, { random: seeded(seed) });

/** Outcomes at each care for cost. */
function sweep(chancesOf: Chances, asked: Asked[]): { care: number; score: number; cost: number }[] {
  const dearest = Math.max(...asked.map(({ costs }) => meanOf(costs.filter((cost) => cost === Math.max(...costs)))));
  const chances = new Map(asked.map((question) => [question, chancesOf(question.context)]));
  return CARES.map((care) => ({ care, ...outcomeOf(asked, (question) => bestOf(chances.get(question)!.map((chance, at) => chance - (care * question.costs[at]!) / dearest))) }));
}

/** Nine models: who answers is chosen by what was learnt on half of the questions, and measured on the other half. */
export function benchFrontier(nine: Nine): Target[] {
  const { models } = nine;
  console.log(`\n(b) Nine models, ${nine.asked.length} questions: learnt on a half, measured on the other (seeds ${SEEDS.join(', ')})`);
  console.log(`    A call's cost: its prompt at four characters a token and ${ANSWER_TOKENS} tokens of answer, at the prices of models.json.`);
  const runs = SEEDS.map((seed) => {
    const [train, test] = halves(nine, seed);
    const single = bestSingle(models, test);
    // The setting is chosen on training questions alone: learnt on one half of them, tried on the other.
    const [known, trial] = [train.slice(0, train.length / 2), train.slice(train.length / 2)];
    const within = SHARE * bestSingle(models, trial).cost;
    const affordable = sweep(learn(known, seed), trial).filter(({ cost }) => cost <= within);
    const { care } = affordable.reduce((best, each) => (each.score > best.score ? each : best));
    const frontier = sweep(learn(train, seed), test);
    return { test, single, frontier, picked: frontier.find((point) => point.care === care)!, oracle: outcomeOf(test, ({ scores, costs }) => bestOf(scores.map((score, at) => score - costs[at]!))) };
  });
  const over = (pick: (run: (typeof runs)[number]) => number, places = 3) => meanAndSpread(runs.map(pick), places);
  console.log('    each alone                                   score            cost of the best single');
  models.forEach((model, at) => console.log(`      ${model.padEnd(40)} ${over(({ test }) => outcomeOf(test, () => at).score)}    ${over(({ test, single }) => outcomeOf(test, () => at).cost / single.cost, 2)}`));
  console.log('    routed, by what the dearest answer is worth');
  CARES.forEach((care, at) => console.log(`      ${String(care).padEnd(40)} ${over(({ frontier }) => frontier[at]!.score)}    ${over(({ frontier, single }) => frontier[at]!.cost / single.cost, 2)}`));
  console.log(`      ${'oracle'.padEnd(40)} ${over(({ oracle }) => oracle.score)}    ${over(({ oracle, single }) => oracle.cost / single.cost, 2)}`);
  console.log(`    the setting chosen on training questions: ${runs.map(({ picked }) => picked.care).join(', ')}`);
  const ahead = runs.map(({ picked, single }) => picked.score - single.score);
  const share = runs.map(({ picked, single }) => picked.cost / single.cost);
  return [{
    name: 'nine models: the best single model\'s score at half its cost or less', met: meanOf(ahead) >= 0 && meanOf(share) <= 0.5,
    figure: `score ${over(({ picked }) => picked.score)} against ${over(({ single }) => single.score)}, at ${meanAndSpread(share, 2)} of its cost`,
  }];
}
