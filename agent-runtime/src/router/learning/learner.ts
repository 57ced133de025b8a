import { createEvidence, type Evidence, type EvidenceState } from './evidence.ts';

/** What is known of a request before it is answered. */
export interface Signal {
  /** Predicted need of a strong model, 0 to 1. */
  readonly need: number;
  /** More figures about the prompt (`describe` of the predictor), if the learner was made for them. */
  readonly context?: readonly number[];
}

/** How an answer turned out: `success` 0 to 1, of a task's end, a verification or a person's word. */
export interface Outcome extends Signal {
  readonly operation: string;
  readonly model: string;
  readonly success: number;
}

export interface Candidate {
  readonly model: string;
  /** What its answer would cost, in the unit of an outcome: 0.1 is worth a tenth of a success. */
  readonly cost: number;
}

/** All that a learner has seen; plain JSON. */
export interface LearnerSnapshot {
  readonly version: 1;
  readonly size: number;
  readonly evidence: Record<string, EvidenceState>;
}

export interface LearnerOptions {
  /** The chance of success before any outcome, 0 to 1. */
  readonly prior: (model: string, need: number) => number;
  /** Numbers from 0 to 1; what exploring draws from. */
  readonly random?: () => number;
  /** Figures in a signal's context; 0 unless given. */
  readonly contextLength?: number;
  /** After so many newer outcomes of the same model and operation one counts half; 4,000 unless given. */
  readonly halfLife?: number;
  /** How many outcomes the prior weighs; 4 unless given. */
  readonly caution?: number;
  /** How much is tried that may not be best, 0 for nothing; 1, unless given, is Thompson sampling. */
  readonly curiosity?: number;
}

/**
 * Learns how well each model does in each operation, over what the predictor expects. Each model has one memory over all
 * operations and one for each, which starts from the first: a new operation is judged by the others until it is known.
 */
export interface Learner {
  /** Whether outcomes of this operation, by whichever model, were seen. */
  knows(operation: string): boolean;
  /** The expected success, 0 to 1. The prior's when nothing was seen. */
  successProbability(operation: string, model: string, signal: Signal): number;
  /** A success drawn from what is believed, 0 to 1: the less is known, the further it may be from the expected one. */
  draw(operation: string, model: string, signal: Signal): number;
  /** The candidate with the greatest success less cost, its success drawn from what is believed. Throws without candidates. */
  choose(operation: string, candidates: readonly Candidate[], signal: Signal): string;
  observe(outcome: Outcome): void;
  toJSON(): LearnerSnapshot;
}

/** Variance of an outcome: between a coin's and a sure thing's. */
const NOISE = 0.15;
/** What a figure of context may explain beside the need, before anything is known: less, since there are many of them. */
const CONTEXT_WEIGHT = 0.3;
/** In place of an operation: all of them. */
const ANYWHERE = null;

const keyOf = (operation: string | null, model: string) => JSON.stringify([operation, model]);
const clamp = (value: number) => Math.min(1, Math.max(0, value));

/** @param snapshot of an earlier learner with the same context length; anything else is left aside, and learning starts anew */
export function createLearner(options: LearnerOptions, snapshot?: LearnerSnapshot): Learner {
  const { prior, random = Math.random, contextLength = 0, halfLife = 4_000, caution = 4, curiosity = 1 } = options;
  const size = 3 + contextLength;
  const fade = 0.5 ** (1 / halfLife);
  const memories = new Map<string, Evidence>();
  const operations = new Set<string>();
  const remember = (key: string, state?: EvidenceState) => {
    const [operation] = JSON.parse(key) as [string | null, string];
    if (operation !== ANYWHERE) operations.add(operation);
    const evidence = createEvidence(size, caution, fade, state);
    memories.set(key, evidence);
    return evidence;
  };
  if (snapshot?.version === 1 && snapshot.size === size) {
    for (const [key, state] of Object.entries(snapshot.evidence)) remember(key, structuredClone(state));
  }

  const read = ({ need, context = [] }: Signal): number[] => {
    if (context.length !== contextLength) throw new TypeError(`The signal has ${context.length} figures of context; this learner was made for ${contextLength}.`);
    const centred = 2 * need - 1;
    return [1, centred, centred ** 2, ...context.map((figure) => CONTEXT_WEIGHT * figure)];
  };
  const believe = (operation: string, model: string, need: number, signal: readonly number[]) => {
    const general = memories.get(keyOf(ANYWHERE, model));
    const special = memories.get(keyOf(operation, model)) ?? general;
    const coefficients = special === general ? general?.coefficients() : special?.coefficients(general?.coefficients());
    const mean = coefficients?.reduce((sum, value, at) => sum + value * signal[at]!, prior(model, need)) ?? prior(model, need);
    return { mean, variance: NOISE * (special?.variance(signal) ?? signal.reduce((sum, value) => sum + value ** 2, 0) / caution) };
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

  return {
    knows: (operation) => operations.has(operation),
    successProbability: (operation, model, signal) => clamp(believe(operation, model, signal.need, read(signal)).mean),
    draw(operation, model, signal) {
      const { mean, variance } = believe(operation, model, signal.need, read(signal));
      return clamp(mean + curiosity * Math.sqrt(variance) * normal());
    },
    choose(operation, candidates, signal) {
      if (candidates.length === 0) throw new TypeError('There is no candidate to choose from.');
      const figures = read(signal);
      let best = { model: '', worth: Number.NEGATIVE_INFINITY };
      for (const { model, cost } of candidates) {
        const { mean, variance } = believe(operation, model, signal.need, figures);
        const worth = (curiosity === 0 ? clamp(mean) : mean + curiosity * Math.sqrt(variance) * normal()) - cost;
        if (worth > best.worth) best = { model, worth };
      }
      return best.model;
    },
    observe({ operation, model, success, ...signal }) {
      const figures = read(signal);
      const surprise = clamp(success) - prior(model, signal.need);
      for (const key of [keyOf(ANYWHERE, model), keyOf(operation, model)]) (memories.get(key) ?? remember(key)).observe(figures, surprise);
    },
    toJSON: () => ({ version: 1, size, evidence: Object.fromEntries([...memories].map(([key, { state }]) => [key, structuredClone(state)])) }),
  };
}
