import type { Category, Finding, Severity, Side } from '../contract/finding.ts';

/** What a check or a model claims, before it is anchored to lines that the diff shows. Line numbers may be anything. */
export interface Candidate {
  readonly path: string;
  readonly side: Side;
  readonly startLine: number;
  readonly endLine: number;
  readonly severity: Severity;
  readonly category: Category;
  readonly confidence: number;
  readonly title: string;
  readonly explanation: string;
  readonly suggestedChange: string | null;
  readonly source: Finding['source'];
}

/** From worst to mildest. */
const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** 0 for critical, 4 for info. */
export function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
