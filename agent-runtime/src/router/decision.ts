import { randomBytes } from 'node:crypto';
import type { Decision, DecisionAttempt, DecisionCandidate } from '../contract/decision.ts';
import { addUsage, NO_USAGE } from '../contract/usage.ts';
import type { Cost } from '../contract/usage.ts';
import { decisionIdAt } from '../stores/records/routing-records.ts';
import type { Candidate } from './candidate.ts';
import type { Plan } from './plan.ts';

/** Random bytes are taken from the system in pieces of this size: one call for each id would cost more than the rest of it. */
const POOL = 4_096;
const BYTES = 8;
let pool = Buffer.alloc(0);
let at = 0;

/** Ids that sort by time: `dec_mi2x…`. `now`: ms since 1970. */
export function newDecisionId(now: number): string {
  if (at + BYTES > pool.length) {
    pool = randomBytes(POOL);
    at = 0;
  }
  at += BYTES;
  return decisionIdAt(now) + pool.toString('hex', at - BYTES, at);
}

/** Times of a record, in ms with a microsecond as the last place: more places say nothing and take their room. */
export function recordedMs<Ms extends number | null>(ms: Ms): Ms;
export function recordedMs(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1_000) / 1_000;
}

/** How a routed request ended. */
export interface Ending {
  readonly outcome: Decision['outcome'];
  readonly errorCode: string | null;
  /** provider/model that answered. */
  readonly model: string | null;
  readonly reason: string;
  readonly cache: Decision['cache'];
  readonly attempts: readonly DecisionAttempt[];
  readonly durationMs: number;
  readonly firstTokenMs: number | null;
  /** The arm of an experiment that runs beside the one whose answer is given. */
  readonly shadow?: { readonly experiment: string; readonly arm: string };
}

/** The record of a plan and what became of it. `at`: ms since 1970. */
export function toDecision(id: string, startedAt: number, purpose: string, plan: Plan, session: string | undefined, ending: Ending): Decision {
  const chosen = plan.ordered.find(({ candidate }) => candidate.entry.model.id === ending.model) ?? plan.ordered[0];
  const experiment = ending.shadow
    ? { id: ending.shadow.experiment, arm: ending.shadow.arm, shadow: true }
    : plan.assignment && { id: plan.assignment.experiment, arm: plan.assignment.arm, shadow: false };
  return {
    id, at: new Date(startedAt).toISOString(), purpose, scope: plan.scope, policy: plan.policy, pinnedModel: plan.pinned,
    outcome: ending.outcome, errorCode: ending.errorCode, model: ending.model, reason: ending.reason,
    candidates: [
      ...plan.ordered.map(({ candidate, score, quality }) => describe(candidate, { score, quality, droppedBy: null, reason: null })),
      ...plan.dropped.map(({ candidate, filter, reason }) => describe(candidate, { score: null, quality: candidate.quality, droppedBy: filter, reason })),
    ],
    privacy: {
      class: plan.verdict.class,
      findings: [...plan.verdict.findings],
      redacted: chosen?.candidate.treatment === 'redact',
    },
    need: plan.need,
    sticky: plan.kept === null ? null : { session: session ?? '', ...plan.kept },
    experiment,
    cache: ending.cache,
    budgets: plan.budgets.map(({ id: budget, period, remainingUsd, cheapen }) => ({ id: budget, period, remainingUsd, cheapened: cheapen })),
    attempts: [...ending.attempts],
    usage: ending.attempts.reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE),
    ...totalCost(ending.attempts),
    expectedUsd: chosen?.candidate.expectedUsd ?? null,
    durationMs: recordedMs(ending.durationMs),
    firstTokenMs: recordedMs(ending.firstTokenMs),
  };
}

/** Of all calls, failed ones too. Summed in billionths, as the ledger keeps them. */
export function totalCost(attempts: readonly Pick<DecisionAttempt, keyof Cost>[]): Cost {
  const statuses = new Set(attempts.map(({ costStatus }) => costStatus));
  if (statuses.has('unknown')) return { costUsd: null, costStatus: 'unknown' };
  const costUsd = attempts.reduce((sum, attempt) => sum + Math.round((attempt.costUsd ?? 0) * 1e9), 0) / 1e9;
  if (statuses.has('estimated')) return { costUsd, costStatus: 'estimated' };
  return { costUsd, costStatus: statuses.has('free') && !statuses.has('known') ? 'free' : 'known' };
}

function describe(
  { entry, treatment, expectedUsd, worstCaseUsd, latencyMs }: Candidate,
  { score, quality, droppedBy, reason }: Pick<DecisionCandidate, 'score' | 'quality' | 'droppedBy' | 'reason'>,
): DecisionCandidate {
  return {
    model: entry.model.id, location: entry.location, price: entry.price.status, droppedBy, reason, treatment, expectedUsd, worstCaseUsd,
    latencyMs: recordedMs(latencyMs), quality, score,
  };
}
