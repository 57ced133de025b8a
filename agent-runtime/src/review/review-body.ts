import type { Finding } from '../contract/finding.ts';
import type { Coverage, Verdict } from '../contract/review.ts';
import type { ModelReport } from '../contract/usage.ts';
import type { Unanchored } from './anchor.ts';
import { cell, cutAt, fenced, inlineCode, quoted } from './markdown.ts';

/** GitHub refuses a longer body of a review or a comment. */
const MAX_BODY = 65_536;
/** What is written below a cut body, the marker of the effect included. */
const RESERVED = 1_500;

/** A review without where it is posted. */
export interface Reviewed {
  readonly summary: string;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly unanchored: readonly Unanchored[];
  readonly coverage: Coverage;
  readonly notes: readonly string[];
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  approve: 'Nothing found that stands against a merge',
  comment: 'Comments, no blocking finding',
  request_changes: 'Changes are needed before a merge',
};

/**
 * The body of the posted review. `inBody`: findings that have no inline comment, told in full here. `footer` ends the body
 * whatever had to be cut.
 */
export function reviewBody(review: Reviewed, inBody: readonly Finding[], model: ModelReport, footer: string): string {
  const parts = [
    `### ${VERDICTS[review.verdict]}`,
    quoted(review.summary),
    review.notes.map((note) => `> ${quoted(note)}`).join('\n>\n'),
    findingsTable(review.findings),
    details('Findings without an inline comment', inBody.map((finding) => `${place(finding)}\n\n${findingText(finding, 'fence')}`)),
    details('Findings outside the diff', review.unanchored.map(({ candidate, reason }) => (
      `${inlineCode(candidate.path)} line ${candidate.startLine} (${reason}): **${cell(candidate.title)}** (${candidate.severity})\n\n${quoted(candidate.explanation)}`))),
    coverageText(review.coverage),
    costLine(model),
  ].filter((part) => part !== '');
  return `${cutAt(parts.join('\n\n'), MAX_BODY - RESERVED - footer.length, '_The rest was cut: GitHub takes no longer text. The whole review is in the task\'s result._')}\n\n${footer}`;
}

/** The body of one inline comment, with the hidden marker by which a later review finds it. */
export function commentBody(finding: Finding): string {
  return `${cutAt(findingText(finding, 'suggestion'), MAX_BODY - 200, '_Cut: GitHub takes no longer text._')}\n\n${findingMarker(finding.id)}`;
}

export function findingMarker(id: string): string {
  return `<!-- aios:finding ${id} -->`;
}

/** The marker that a comment ends with, or null. */
export function findingMarkerOf(body: string): string | null {
  return /<!-- aios:finding [0-9a-f]{1,64} -->$/.exec(body.trimEnd())?.[0] ?? null;
}

/** What the review took. */
function costLine(model: ModelReport): string {
  if (model.calls === 0) return '<sub>No model was asked.</sub>';
  const { usage } = model;
  const tokens = `${usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h} tokens in, ${usage.output} out`;
  const cost = model.costStatus === 'unknown' ? 'cost unknown (no price for this model)'
    : model.costStatus === 'free' ? 'free of charge' : `$${(model.costUsd ?? 0).toFixed(4)}`;
  const name = model.offline ? `${model.models.join(', ')} (rules, no language model)` : model.models.join(', ');
  return `<sub>${cell(name)} · ${model.calls} call(s) · ${tokens} · ${cost}</sub>`;
}

function findingText(finding: Finding, suggestions: 'suggestion' | 'fence'): string {
  const head = `**${cell(finding.title)}** (${finding.severity}, ${finding.category}, confidence ${Math.round(finding.confidence * 100)} %)`;
  const parts = [head, quoted(finding.explanation)];
  if (finding.suggestedChange !== null && finding.side === 'RIGHT') {
    parts.push(suggestions === 'suggestion' ? fenced('suggestion', finding.suggestedChange) : `Suggested change:\n${fenced('', finding.suggestedChange)}`);
  }
  return parts.join('\n\n');
}

function place(finding: Finding): string {
  const lines = finding.startLine === finding.endLine ? `${finding.startLine}` : `${finding.startLine}–${finding.endLine}`;
  return `${inlineCode(finding.path)}:${lines}${finding.side === 'LEFT' ? ' (old file)' : ''}`;
}

function findingsTable(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'No findings.';
  const rows = findings.map((finding) => `| ${finding.severity} | ${place(finding)} | ${cell(finding.title)} |`);
  return ['| Severity | Place | Finding |', '| --- | --- | --- |', ...rows].join('\n');
}

function coverageText(coverage: Coverage): string {
  const head = `Reviewed ${coverage.hunksReviewed} of ${coverage.hunksTotal} hunk(s)${coverage.complete ? '.' : '; **the review is not complete.**'}`;
  const rows = coverage.files.filter((file) => file.status !== 'reviewed')
    .map((file) => `- ${inlineCode(file.path)}: ${file.status === 'skipped' ? 'not reviewed' : `${file.hunksReviewed} of ${file.hunksTotal} hunks reviewed`}, ${cell(file.reason ?? '')}`);
  return rows.length === 0 ? head : `${head}\n\n${details(`${rows.length} file(s) not reviewed or only in part`, [rows.join('\n')])}`;
}

function details(title: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : `<details><summary>${title}</summary>\n\n${parts.join('\n\n')}\n\n</details>`;
}
