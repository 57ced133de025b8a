import type { Category, Severity } from '../../contract/finding.ts';
import type { Language } from './language.ts';

/** A defect that a few lines give away. Its texts never quote the code, which may hold a secret. */
export interface Rule {
  readonly id: string;
  readonly languages: readonly Language[] | 'all';
  /**
   * Tried on a changed line, or on the line with those after it when `lines` is more than 1. The match must begin in the
   * first of them; the finding covers the lines that it spans.
   */
  readonly pattern: RegExp;
  /** A match counts only if this does not match the same text. */
  readonly unless?: RegExp;
  /** Default 1. */
  readonly lines?: number;
  /** Which lines it looks at. Default: added. */
  readonly changed?: 'added' | 'deleted';
  /** Also look at lines that are only a comment. Default: false. */
  readonly inComments?: boolean;
  /** Also look at tests and fixtures, where security rules would mostly be wrong. Default: all but security rules do. */
  readonly inTests?: boolean;
  readonly severity: Severity;
  readonly category: Category;
  /** 0 to 1. */
  readonly confidence: number;
  readonly title: string;
  readonly explanation: string;
  /** The line as it should be, where that is mechanical. Only for rules of one added line. */
  readonly suggest?: (line: string) => string;
}
