import { createHash } from 'node:crypto';
import type { Finding, Severity } from '../contract/finding.ts';
import type { Anchored } from './anchor.ts';
import { rankOf, type Candidate } from './candidate.ts';

/** More findings than this help nobody; the mildest are left out, and a note says how many. */
const MAX_FINDINGS = 200;

export interface SeverityLimits {
  readonly minimumSeverity: Severity | null;
  readonly maximumSeverity: Severity | null;
}

export interface Findings {
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

/** Merges what says the same, gives each finding its identity, and applies the repository's limits. */
export function toFindings(anchored: readonly Anchored[], limits: SeverityLimits): Findings {
  const notes: string[] = [];
  const merged = merge(anchored);
  const identified = identify(merged);
  const limited = identified.map((finding) => ({ ...finding, severity: capped(finding.severity, limits.maximumSeverity) }));
  const { minimumSeverity } = limits;
  const wanted = limited.filter((finding) => minimumSeverity === null || rankOf(finding.severity) <= rankOf(minimumSeverity));
  if (wanted.length < limited.length) {
    notes.push(`${limited.length - wanted.length} finding(s) below the severity ${minimumSeverity} were left out, as .aios.yml asks.`);
  }
  const sorted = wanted.sort((a, b) => rankOf(a.severity) - rankOf(b.severity) || b.confidence - a.confidence
    || compare(a.path, b.path) || a.startLine - b.startLine || compare(a.id, b.id));
  if (sorted.length > MAX_FINDINGS) {
    notes.push(`${sorted.length} findings: only the ${MAX_FINDINGS} worst are listed.`);
  }
  return { findings: sorted.slice(0, MAX_FINDINGS), notes };
}

/**
 * Two findings of one category that begin at the same line are one, and so are an exact check's and a model's that
 * overlap. One leads, and what the other says is kept below it, so merging loses nothing.
 */
function merge(anchored: readonly Anchored[]): Anchored[] {
  const groups = new Map<string, Anchored[]>();
  for (const item of anchored) {
    const key = JSON.stringify([item.candidate.path, item.candidate.side, item.candidate.category]);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    const at = group.findIndex((earlier) => earlier.hunk === item.hunk && sameDefect(earlier.candidate, item.candidate));
    if (at < 0) group.push(item);
    else group[at] = combine(group[at]!, item);
  }
  return [...groups.values()].flat();
}

function combine(a: Anchored, b: Anchored): Anchored {
  const weight = ({ candidate }: Anchored) => [rankOf(candidate.severity), -candidate.confidence];
  const worst = compareAll(weight(a), weight(b)) <= 0 ? a : b;
  // An exact check knows better than a model what is wrong; how bad it is, the worst one says.
  const lead = [a, b].find((item) => item.candidate.source === 'check') ?? worst;
  const other = lead === a ? b : a;
  const { severity, confidence } = worst.candidate;
  const same = normalise(lead.candidate.title) === normalise(other.candidate.title);
  const more = same ? '' : `\n\n**Also here: ${other.candidate.title}.** ${other.candidate.explanation}`;
  return { ...lead, candidate: { ...lead.candidate, severity, confidence, explanation: lead.candidate.explanation + more } };
}

/**
 * Identity: the path, the category and what the line says, not where it stands or how the finding is worded. Equal
 * lines of one file are told apart by their order.
 */
function identify(anchored: readonly Anchored[]): Finding[] {
  const seen = new Map<string, number>();
  return [...anchored].sort((a, b) => a.candidate.startLine - b.candidate.startLine).map((item) => {
    const { candidate } = item;
    const key = JSON.stringify([candidate.path, candidate.category, candidate.side, anchorText(item)]);
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    return { ...candidate, id: createHash('sha256').update(`${key}#${occurrence}`).digest('hex').slice(0, 16) };
  });
}

/** The first anchored line that says something, or where none does (a brace, a blank line) the nearest one above. */
function anchorText({ hunk, lines }: Anchored): string {
  const above = hunk.lines.slice(0, hunk.lines.indexOf(lines[0]!)).reverse();
  const telling = [...lines, ...above].find((line) => /\w/.test(line.text)) ?? lines[0]!;
  return normalise(telling.text);
}

function capped(severity: Severity, maximum: Severity | null): Severity {
  return maximum !== null && rankOf(severity) < rankOf(maximum) ? maximum : severity;
}

function sameDefect(a: Candidate, b: Candidate): boolean {
  if (a.startLine === b.startLine) return true;
  return (a.source === 'check') !== (b.source === 'check') && a.startLine <= b.endLine && b.startLine <= a.endLine;
}

function normalise(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareAll(a: readonly number[], b: readonly number[]): number {
  return a.map((value, index) => value - b[index]!).find((difference) => difference !== 0) ?? 0;
}
