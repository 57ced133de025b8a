import type { Finding, Severity } from '../contract/finding.ts';
import type { Coverage, Verdict } from '../contract/review.ts';
import { rankOf } from './candidate.ts';

/** A critical or high finding below this confidence is shown, but does not block the pull request by itself. */
const BLOCKING_CONFIDENCE = 0.6;

export interface VerdictFacts {
  readonly findings: readonly Pick<Finding, 'severity' | 'confidence'>[];
  /** Severities of findings that no line of the diff could carry. */
  readonly unanchored: readonly Severity[];
  readonly coverage: Pick<Coverage, 'complete' | 'hunksReviewed'>;
  /** True when a language model, not the offline rules, reviewed what was reviewed. */
  readonly languageModel: boolean;
}

/** The verdict, from facts alone: no text of the pull request and no opinion of a model takes part in it. */
export function verdictOf(facts: VerdictFacts): Verdict {
  const atLeast = (severity: Severity, than: Severity) => rankOf(severity) <= rankOf(than);
  if (facts.findings.some((finding) => atLeast(finding.severity, 'high') && finding.confidence >= BLOCKING_CONFIDENCE)) {
    return 'request_changes';
  }
  const serious = [...facts.findings.map((finding) => finding.severity), ...facts.unanchored].some((severity) => atLeast(severity, 'medium'));
  const seenByAModel = facts.languageModel && facts.coverage.complete && facts.coverage.hunksReviewed > 0;
  return seenByAModel && !serious ? 'approve' : 'comment';
}
