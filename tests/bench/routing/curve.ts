import { seeded, shuffled } from '../../../agent-runtime/scripts/predictor/random.ts';
import { createLearner, type Learner } from '../../../agent-runtime/src/router/learning/learner.ts';
import { CONTEXT_LENGTH } from '../../../agent-runtime/src/router/predictor/predictor.ts';
import { bestOf, meanOf, outcomeOf, type Asked, type Nine } from './nine.ts';
import type { Target } from './target.ts';

const SEEDS = [1, 2, 3, 4];
const CHECKPOINTS = [0, 50, 100, 250, 500, 1000, 2000, 4000];
/** Questions kept aside to measure on. */
const ASIDE = 1200;
/** What the dearest model's answer is worth, as a share of a success: what routing trades. */
const CARE = 0.15;

interface Run { curve: number[]; scores: number[]; earned: number; prior: number; random: number; single: number; singleInStream: number; oracle: number }

/** Success less cost, of a choice for each question. */
function worthOf(asked: Asked[], dearest: number, choose: (question: Asked) => number): { worth: number; score: number } {
  const { score, cost } = outcomeOf(asked, choose);
  return { worth: score - (CARE * cost) / dearest, score };
}

function run({ models, asked }: Nine, dearest: number, seed: number): Run {
  const order = shuffled(asked, seeded(seed));
  const [aside, stream] = [order.slice(0, ASIDE), order.slice(ASIDE, ASIDE + CHECKPOINTS.at(-1)!)];
  const prices = models.map((_, at) => meanOf(asked.map(({ costs }) => costs[at]!)) / dearest);
  // Before any outcome all that is known is that what costs more is meant to be better.
  const standing = new Map(models.map((model, at) => [model, prices[at]!]));
  const prior = (model: string, need: number) => 0.75 - 0.5 * need * (1 - standing.get(model)!);
  const learner = createLearner({ prior, random: seeded(seed + 1000), contextLength: CONTEXT_LENGTH, curiosity: 0.3 });
  const costOf = (question: Asked, at: number) => (CARE * question.costs[at]!) / dearest;
  const measure = (from: Pick<Learner, 'successProbability'>) => worthOf(aside, dearest, (question) => bestOf(models.map((model, at) => from.successProbability('ask', model, question) - costOf(question, at))));
  const curve: number[] = [];
  const scores: number[] = [];
  let earned = 0;
  for (let seen = 0; seen <= stream.length; seen += 1) {
    if (CHECKPOINTS.includes(seen)) {
      const { worth, score } = measure(learner);
      curve.push(worth);
      scores.push(score);
    }
    const question = stream[seen];
    if (!question) break;
    const model = learner.choose('ask', models.map((each, at) => ({ model: each, cost: costOf(question, at) })), question);
    const at = models.indexOf(model);
    earned += (question.scores[at]! - costOf(question, at)) / stream.length;
    learner.observe({ operation: 'ask', model, need: question.need, context: question.context, success: question.scores[at]! });
  }
  const random = seeded(seed + 2000);
  const alone = (questions: Asked[]) => Math.max(...models.map((_, at) => worthOf(questions, dearest, () => at).worth));
  return {
    curve, scores, earned, prior: curve[0]!, random: worthOf(aside, dearest, () => Math.floor(random() * models.length)).worth,
    single: alone(aside), singleInStream: alone(stream), oracle: worthOf(aside, dearest, (question) => bestOf(question.scores.map((score, at) => score - costOf(question, at)))).worth,
  };
}

/** What the online learner makes of its own choices' outcomes, from none: it sees the answer of the model it chose and no other. */
export function benchCurve(nine: Nine): Target[] {
  console.log(`\n(c) The online learner from no feedback: it sees how the model that it chose did, and no other (${SEEDS.length} seeds, measured on ${ASIDE} questions kept aside)`);
  console.log(`    worth = score less cost, where the dearest model's average answer costs ${CARE}`);
  const dearest = Math.max(...nine.models.map((_, at) => meanOf(nine.asked.map(({ costs }) => costs[at]!))));
  const runs = SEEDS.map((seed) => run(nine, dearest, seed));
  const over = (pick: (each: Run) => number) => meanOf(runs.map(pick));
  const [single, prior] = [over((each) => each.single), over((each) => each.prior)];
  console.log('    outcomes   worth   score   against the best single model');
  CHECKPOINTS.forEach((seen, at) => {
    const worth = over(({ curve }) => curve[at]!);
    console.log(`    ${String(seen).padStart(8)}   ${worth.toFixed(3)}   ${over(({ scores }) => scores[at]!).toFixed(3)}   ${(worth - single >= 0 ? '+' : '') + (worth - single).toFixed(3)}`);
  });
  console.log(`    prior only ${prior.toFixed(3)}, random ${over((each) => each.random).toFixed(3)}, best single ${single.toFixed(3)}, oracle ${over((each) => each.oracle).toFixed(3)}`);
  console.log(`    while learning, over all ${CHECKPOINTS.at(-1)} outcomes: ${over(({ earned }) => earned).toFixed(3)} (the best single model on them: ${over(({ singleInStream }) => singleInStream).toFixed(3)})`);
  const [early, late] = [over(({ curve }) => curve[CHECKPOINTS.indexOf(500)]!), over(({ curve }) => curve.at(-1)!)];
  return [
    { name: 'online learner: better than its prior after 500 outcomes', met: early > prior, figure: `${early.toFixed(3)} against ${prior.toFixed(3)}` },
    { name: `online learner: better than the best single model after ${CHECKPOINTS.at(-1)} outcomes`, met: late > single, figure: `${late.toFixed(3)} against ${single.toFixed(3)}` },
  ];
}
