import type { Decision, DecisionAttempt, DecisionCandidate } from '../../../contract/decision.ts';
import type { Usage } from '../../../contract/usage.ts';
import type { DecisionTable } from './tables.ts';

// A decision is kept as its values in a fixed order, without their names and without what the row's other columns say: a
// third of the bytes, at thousands of decisions a second. A changed order needs another FORMAT, and a reader of this one.
const FORMAT = 1;

/** The columns that a decision is read from. */
export const DECISION_COLUMNS = ['id', 'at', 'tenant', 'team', 'agent', 'workflow', 'task', 'model', 'outcome', 'decision'] as const;

export type DecisionColumns = Pick<DecisionTable, typeof DECISION_COLUMNS[number]>;

/** What `decision` of its row holds. */
export function decisionText(decision: Decision): string {
  return JSON.stringify(valuesOf(decision));
}

/** The decision of a row, one that an earlier version has written too. */
export function readDecision(row: DecisionColumns): Decision {
  const kept = JSON.parse(row.decision) as Decision | ReturnType<typeof valuesOf>;
  if (!Array.isArray(kept)) return kept as Decision;
  const [
    _format, purpose, policy, pinnedModel, errorCode, reason, candidates, [privacyClass, findings, redacted], need, sticky, experiment, cache,
    budgets, attempts, usage, costUsd, costStatus, expectedUsd, durationMs, firstTokenMs,
  ] = kept as ReturnType<typeof valuesOf>;
  const { id, at, model, outcome } = row;
  return {
    id, at: new Date(at).toISOString(), purpose, scope: scopeOf(row), policy, pinnedModel, outcome, errorCode, model, reason,
    candidates: candidates.map(toCandidate),
    privacy: { class: privacyClass, findings, redacted },
    need, sticky, experiment, cache,
    budgets: budgets.map(([budget, period, remainingUsd, cheapened]) => ({ id: budget, period, remainingUsd, cheapened })),
    attempts: attempts.map(toAttempt),
    usage: toUsage(usage), costUsd, costStatus, expectedUsd, durationMs, firstTokenMs,
  };
}

function valuesOf(decision: Decision) {
  const { purpose, policy, pinnedModel, errorCode, reason, candidates, privacy, need, sticky, experiment, cache, budgets, attempts, usage } = decision;
  const { costUsd, costStatus, expectedUsd, durationMs, firstTokenMs } = decision;
  return [
    FORMAT, purpose, policy, pinnedModel, errorCode, reason, candidates.map(candidateValues), [privacy.class, privacy.findings, privacy.redacted],
    need, sticky, experiment, cache, budgets.map(budgetValues), attempts.map(attemptValues), usageValues(usage), costUsd, costStatus, expectedUsd,
    durationMs, firstTokenMs,
  ] as const;
}

function candidateValues(candidate: DecisionCandidate) {
  const { model, location, price, droppedBy, reason, treatment, expectedUsd, worstCaseUsd, latencyMs, quality, score } = candidate;
  return [model, location, price, droppedBy, reason, treatment, expectedUsd, worstCaseUsd, latencyMs, quality, score] as const;
}

function toCandidate(values: ReturnType<typeof candidateValues>): DecisionCandidate {
  const [model, location, price, droppedBy, reason, treatment, expectedUsd, worstCaseUsd, latencyMs, quality, score] = values;
  return { model, location, price, droppedBy, reason, treatment, expectedUsd, worstCaseUsd, latencyMs, quality, score };
}

function budgetValues({ id, period, remainingUsd, cheapened }: Decision['budgets'][number]) {
  return [id, period, remainingUsd, cheapened] as const;
}

function attemptValues(attempt: DecisionAttempt) {
  const { model, endpoint, startedMs, durationMs, firstTokenMs, usage, costUsd, costStatus, errorCode, hedge } = attempt;
  return [model, endpoint, startedMs, durationMs, firstTokenMs, usageValues(usage), costUsd, costStatus, errorCode, hedge] as const;
}

function toAttempt(values: ReturnType<typeof attemptValues>): DecisionAttempt {
  const [model, endpoint, startedMs, durationMs, firstTokenMs, usage, costUsd, costStatus, errorCode, hedge] = values;
  return { model, endpoint, startedMs, durationMs, firstTokenMs, usage: toUsage(usage), costUsd, costStatus, errorCode, hedge };
}

function usageValues({ input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning }: Usage) {
  return [input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning] as const;
}

function toUsage([input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning]: ReturnType<typeof usageValues>): Usage {
  return { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning };
}

function scopeOf({ tenant, team, agent, workflow, task }: DecisionColumns): Decision['scope'] {
  return {
    tenant, ...team !== null && { team }, ...agent !== null && { agent }, ...workflow !== null && { workflow }, ...task !== null && { task },
  };
}
