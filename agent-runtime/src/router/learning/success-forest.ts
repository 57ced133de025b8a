/** A request that was answered: what was known of its prompt, and how each model did, 0 to 1; null where it was not asked. */
export interface Answered {
  readonly context: readonly number[];
  readonly scores: readonly (number | null)[];
}

export interface ForestOptions {
  /** Numbers from 0 to 1; the same numbers make the same forest. */
  readonly random: () => number;
  readonly trees?: number;
  /** No leaf holds fewer requests. */
  readonly leaf?: number;
  /** Share of the context's figures that each split may use. */
  readonly share?: number;
}

interface Split { readonly figure: number; readonly threshold: number; readonly below: Node; readonly above: Node }
type Node = Split | { readonly means: number[] };

/** Outcomes that a node's mean leans on its parent's for: a leaf with few knows little. */
const LEAN = 2;

/** Sums that a split is judged by: how far apart it puts the models' scores, each model by itself. */
function explained(rows: readonly Answered[], models: number): number {
  let worth = 0;
  for (let model = 0; model < models; model += 1) {
    let sum = 0;
    let count = 0;
    for (const { scores } of rows) {
      const score = scores[model];
      if (score !== null && score !== undefined) { sum += score; count += 1; }
    }
    if (count > 0) worth += sum ** 2 / count;
  }
  return worth;
}

function meansOf(rows: readonly Answered[], parent: readonly number[]): number[] {
  return parent.map((before, model) => {
    let sum = LEAN * before;
    let count = LEAN;
    for (const { scores } of rows) {
      const score = scores[model];
      if (score !== null && score !== undefined) { sum += score; count += 1; }
    }
    return sum / count;
  });
}

/**
 * Learns, from requests that were answered, the chance that each of N models succeeds on a prompt: extremely randomised
 * trees whose leaves hold all the models, so that each prompt's kind is found once for all of them. Returns the predictor.
 */
export function fitSuccessForest(rows: readonly Answered[], { random, trees = 40, leaf = 8, share = 0.4 }: ForestOptions): (context: readonly number[]) => number[] {
  if (rows.length === 0) throw new TypeError('A forest needs at least one answered request.');
  const figures = rows[0]!.context.length;
  const models = rows[0]!.scores.length;
  const tries = Math.max(1, Math.round(figures * share));

  const grow = (inside: readonly Answered[], parent: readonly number[]): Node => {
    const means = meansOf(inside, parent);
    let best: { worth: number; figure: number; threshold: number } | undefined;
    for (let attempt = 0; attempt < tries && inside.length >= 2 * leaf; attempt += 1) {
      const figure = Math.floor(random() * figures);
      let least = Number.POSITIVE_INFINITY;
      let most = Number.NEGATIVE_INFINITY;
      for (const { context } of inside) {
        least = Math.min(least, context[figure]!);
        most = Math.max(most, context[figure]!);
      }
      if (least === most) continue;
      const threshold = least + random() * (most - least);
      const below = inside.filter(({ context }) => context[figure]! < threshold);
      if (below.length < leaf || inside.length - below.length < leaf) continue;
      const worth = explained(below, models) + explained(inside.filter(({ context }) => context[figure]! >= threshold), models);
      if (!best || worth > best.worth) best = { worth, figure, threshold };
    }
    if (!best) return { means };
    const { figure, threshold } = best;
    return {
      figure, threshold,
      below: grow(inside.filter(({ context }) => context[figure]! < threshold), means),
      above: grow(inside.filter(({ context }) => context[figure]! >= threshold), means),
    };
  };
  const start = meansOf(rows, Array.from({ length: models }, () => 0.5));
  const forest = Array.from({ length: trees }, () => grow(rows, start));

  return (context) => {
    const chances = Array.from({ length: models }, () => 0);
    for (const tree of forest) {
      let node = tree;
      while ('figure' in node) node = context[node.figure]! < node.threshold ? node.below : node.above;
      node.means.forEach((mean, model) => { chances[model]! += mean / trees; });
    }
    return chances;
  };
}
