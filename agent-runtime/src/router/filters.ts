import { AiosError } from '../errors.ts';
import type { Candidate } from './candidate.ts';
import type { Routing } from './routed-model.ts';

/** Why a model can't take a request, or null when it can. */
type Filter = (candidate: Candidate, routing: Routing) => AiosError | null;

const fitsContext: Filter = ({ model, promptTokens, maxOutputTokens }) => (promptTokens + maxOutputTokens <= model.contextWindow ? null
  : new AiosError('model_context_too_long', `The prompt has about ${promptTokens} tokens and ${maxOutputTokens} are kept for the answer, `
    + `but ${model.id} holds ${model.contextWindow} in all. Send less text, or configure a model with a larger window.`));

const fitsBudget: Filter = ({ model, worstCaseUsd }, { costRemainingUsd }) => {
  if (costRemainingUsd === undefined) return null;
  if (worstCaseUsd === null) {
    return new AiosError('price_unknown', `The price of ${model.id} is not known, so the cost limit cannot be kept. Choose a model `
      + 'with a known price, declare the server free (OPENAI_MODELS_FREE=true), or leave the limit out.');
  }
  if (worstCaseUsd <= costRemainingUsd) return null;
  return new AiosError('cost_limit_exceeded', `A call to ${model.id} may cost up to $${worstCaseUsd.toFixed(6)}, but only `
    + `$${Math.max(0, costRemainingUsd).toFixed(6)} of the cost limit is left. Raise the limit, or allow a cheaper model.`);
};

const FILTERS: readonly Filter[] = [fitsContext, fitsBudget];

/** The candidates that pass all filters, of at least one. None left: throws the error of the filter that dropped the last one. */
export function applyFilters(candidates: readonly Candidate[], routing: Routing): readonly Candidate[] {
  let left = candidates;
  for (const filter of FILTERS) {
    const verdicts = left.map((candidate) => ({ candidate, error: filter(candidate, routing) }));
    left = verdicts.filter(({ error }) => error === null).map(({ candidate }) => candidate);
    if (left.length > 0) continue;
    const errors = verdicts.flatMap(({ error }) => error ?? []);
    // A known price that is too high says more than an unknown one.
    throw errors.find(({ code }) => code === 'cost_limit_exceeded') ?? errors[0]!;
  }
  return left;
}
