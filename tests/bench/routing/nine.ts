import { seeded, shuffled } from '../../../agent-runtime/scripts/predictor/random.ts';
import type { ManyRow, Price } from '../../../agent-runtime/scripts/predictor/routing-data.ts';
import { createPredictor } from '../../../agent-runtime/src/router/predictor/predictor.ts';

/** Tokens of an answer, the same for every model, since the set does not hold the answers. */
export const ANSWER_TOKENS = 256;
const CHARACTERS_PER_TOKEN = 4;

/** A question with what the router knows of it, and what each model would score and cost (USD). */
export interface Asked { need: number; context: number[]; scores: number[]; costs: number[] }
export interface Nine { models: string[]; asked: Asked[] }

export function readNine(many: ManyRow[], prices: Record<string, Price>): Nine {
  const models = Object.keys(many[0]!.scores);
  const predictor = createPredictor();
  return {
    models,
    asked: many.map(({ prompt, scores }) => {
      const { score, context } = predictor.describe(prompt);
      const costOf = ({ input, output }: Price) => (input * (prompt.length / CHARACTERS_PER_TOKEN) + output * ANSWER_TOKENS) / 1e6;
      return { need: score, context, scores: models.map((model) => scores[model]!), costs: models.map((model) => costOf(prices[model]!)) };
    }),
  };
}

/** Two halves of the questions, by a seed. */
export function halves({ asked }: Nine, seed: number): [Asked[], Asked[]] {
  const order = shuffled(asked, seeded(seed));
  return [order.slice(0, order.length / 2), order.slice(order.length / 2)];
}

/** Mean score and cost of a choice of model for each question. */
export function outcomeOf(asked: Asked[], choose: (question: Asked) => number): { score: number; cost: number } {
  let score = 0;
  let cost = 0;
  for (const question of asked) {
    const model = choose(question);
    score += question.scores[model]! / asked.length;
    cost += question.costs[model]! / asked.length;
  }
  return { score, cost };
}

/** The model that scores best when it answers everything. */
export function bestSingle(models: string[], asked: Asked[]): { model: number; score: number; cost: number } {
  return models.map((_, model) => ({ model, ...outcomeOf(asked, () => model) })).reduce((best, each) => (each.score > best.score ? each : best));
}

export const bestOf = (values: number[]) => values.reduce((best, value, at) => (value > values[best]! ? at : best), 0);
export const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
