import type { FilterName } from '../contract/decision.ts';
import { AiosError } from '../errors.ts';
import type { BudgetStatus } from './budget/budgets.ts';
import type { Candidate } from './candidate.ts';
import type { FilterFacts } from './filter-facts.ts';

/** Why a model cannot take a request. */
interface Verdict {
  readonly reason: string;
  /** Only because the prompt's size is a bound. */
  readonly byBound?: boolean;
}

interface FilterRule {
  readonly name: FilterName;
  /** Null: it can. */
  ask(candidate: Candidate, facts: FilterFacts): Verdict | null;
  /** Of the candidates, at least one, that were asked and all dropped. */
  error(candidates: readonly Candidate[], facts: FilterFacts): AiosError;
}

const permission: FilterRule = {
  name: 'permission',
  ask({ entry }, { permitted }) {
    const answer = permitted(entry);
    return answer === true ? null : { reason: answer };
  },
  error: (candidates, { permitted }) => new AiosError('model_not_permitted', `${permitted(candidates[0]!.entry)} `
    + `${candidates.length > 1 ? `The same holds for the other ${candidates.length - 1} configured models. ` : ''}`
    + 'Ask for a model that the key may use, or have its `models` extended in the router file.'),
};

const privacy: FilterRule = {
  name: 'privacy',
  ask: ({ entry }, { treatment }) => (treatment(entry) === 'forbid' ? {
    reason: `The privacy policy does not let this text go to ${PLACES[entry.location]}.`,
  } : null),
  error: (candidates) => new AiosError('privacy_refused', 'The privacy policy does not let this text go to any model that could take it '
    + `(${candidates.map(({ entry }) => `${entry.model.id}: ${entry.location}`).join(', ')}). Configure a model in a place that the policy allows `
    + 'such as a local one, or take out what makes the text sensitive.'),
};

const PLACES = { local: 'a local model', eu: 'a model in the EU', us: 'a model in the US', 'third-party': 'a third party' } as const;

const ability: FilterRule = {
  name: 'ability',
  ask(candidate, { needs }) {
    const missing = missingAbility(candidate, needs);
    return missing === null ? null : { reason: `${candidate.entry.model.id} cannot ${ABILITIES[missing]}.` };
  },
  error(candidates, { needs }) {
    const missing = [...new Set(candidates.map((candidate) => ABILITIES[missingAbility(candidate, needs)!]))];
    return new AiosError('ability_missing', `The request needs a model that can ${missing.join(' and ')}, and none of `
      + `${candidates.map(({ entry }) => entry.model.id).join(', ')} can. Configure one that does, or correct the \`abilities\` of these in the router file.`);
  },
};

const ABILITIES = { tools: 'call tools', images: 'look at images', streaming: 'stream its answer' } as const;

function missingAbility({ entry: { model: { abilities } } }: Candidate, needs: FilterFacts['needs']): keyof typeof ABILITIES | null {
  if (needs.tools && !abilities.tools) return 'tools';
  if (needs.images && !abilities.images) return 'images';
  return needs.streaming && !abilities.streaming ? 'streaming' : null;
}

const context: FilterRule = {
  name: 'context',
  ask({ entry: { model }, prompt, maxOutputTokens }) {
    const tokens = prompt.counted ? prompt.tokens : prompt.most;
    if (tokens + maxOutputTokens <= model.contextWindow) return null;
    return { reason: `About ${tokens} tokens and ${maxOutputTokens} for the answer do not fit its window of ${model.contextWindow}.`, byBound: !prompt.counted };
  },
  error(candidates) {
    const { entry: { model }, promptTokens, maxOutputTokens } = candidates.reduce((a, b) => (b.entry.model.contextWindow > a.entry.model.contextWindow ? b : a));
    return new AiosError('model_context_too_long', `The prompt has about ${promptTokens} tokens and ${maxOutputTokens} are kept for the answer, `
      + `but ${model.id}${candidates.length > 1 ? ', the largest that could take it,' : ''} holds ${model.contextWindow} in all. `
      + 'Send less text, ask for a shorter answer, or configure a model with a larger window.');
  },
};

const budget: FilterRule = {
  name: 'budget',
  ask({ worstCaseUsd, prompt }, { costRemainingUsd, budgets }) {
    const pot = tightest(costRemainingUsd, budgets);
    if (pot === null) return null;
    if (worstCaseUsd === null) return { reason: `Its price is not known, so ${pot.title} cannot be kept.` };
    if (worstCaseUsd <= pot.remainingUsd) return null;
    return { reason: `A call may cost up to ${usd(worstCaseUsd)}, and ${usd(pot.remainingUsd)} of ${pot.title} is left.`, byBound: !prompt.counted };
  },
  error(candidates, { costRemainingUsd, budgets }) {
    const pot = tightest(costRemainingUsd, budgets)!;
    const cheapest = candidates.reduce((a, b) => ((b.worstCaseUsd ?? Infinity) < (a.worstCaseUsd ?? Infinity) ? b : a));
    const id = cheapest.entry.model.id;
    if (cheapest.worstCaseUsd === null) {
      return new AiosError('price_unknown', `The price of ${id} is not known, so ${pot.title} cannot be kept. Choose a model with a known `
        + 'price, give it one (`price` or `priceAs` in the router file), declare its server free (`free`, OPENAI_MODELS_FREE=true), or leave the limit out.');
    }
    return new AiosError(pot.code, `A call to ${id} may cost up to ${usd(cheapest.worstCaseUsd)}, but only ${usd(pot.remainingUsd)} of ${pot.title} `
      + `is left. ${pot.advice}`);
  },
};

interface Pot {
  readonly title: string;
  readonly remainingUsd: number;
  readonly code: 'cost_limit_exceeded' | 'budget_exceeded';
  readonly advice: string;
}

/** The limit that is reached first; null: none. */
function tightest(costRemainingUsd: number | undefined, budgets: readonly BudgetStatus[]): Pot | null {
  let hard: BudgetStatus | null = null;
  for (const status of budgets) if (status.hard && (hard === null || status.remainingUsd < hard.remainingUsd)) hard = status;
  if (costRemainingUsd !== undefined && (hard === null || costRemainingUsd <= hard.remainingUsd)) {
    return {
      title: 'the cost limit', remainingUsd: Math.max(0, costRemainingUsd), code: 'cost_limit_exceeded',
      advice: 'Raise the limit, allow a shorter answer, or allow a cheaper model.',
    };
  }
  return hard === null ? null : {
    title: `the budget "${hard.id}" (${hard.period})`, remainingUsd: hard.remainingUsd, code: 'budget_exceeded',
    advice: 'Raise the budget, wait for its next period, allow a shorter answer, or allow a cheaper model.',
  };
}

function usd(amount: number): string {
  return `$${amount.toFixed(6)}`;
}

const health: FilterRule = {
  name: 'health',
  ask({ entry }, { unhealthyForMs }) {
    const ms = unhealthyForMs(entry);
    return ms > 0 ? { reason: `It failed or limited calls lately and is left alone for another ${Math.ceil(ms / 1_000)} s.` } : null;
  },
  error(candidates, { unhealthyForMs }) {
    const waits = candidates.map(({ entry }) => unhealthyForMs(entry));
    return new AiosError('model_circuit_open', `${candidates.map(({ entry }) => entry.model.id).join(', ')} failed or limited calls so often lately that `
      + `${candidates.length > 1 ? 'they are' : 'it is'} left alone for now. Try again in ${Math.ceil(Math.min(...waits) / 1_000)} s, or configure another model.`, {
      retryAfterMs: Math.min(...waits),
    });
  },
};

/** In the order in which they are asked. */
export const FILTERS: readonly FilterRule[] = [permission, privacy, ability, context, budget, health];
