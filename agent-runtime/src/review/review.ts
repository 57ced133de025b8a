import { setImmediate } from 'node:timers/promises';
import type { OperationContext } from '../agents/agent.ts';
import { anchorAll, type Unanchored } from './anchor.ts';
import { askAll, type ModelReview } from './asking.ts';
import type { Candidate } from './candidate.ts';
import { ordersReviewer } from './checks/reviewer-orders.ts';
import { runChecks } from './checks/run-checks.ts';
import { coverageOf, type FileFacts } from './coverage.ts';
import { exclusionOf } from './exclusion.ts';
import { toFindings } from './findings.ts';
import type { Guidance } from './guidance.ts';
import type { Reviewed } from './review-body.ts';
import type { ScannedChange } from './scan.ts';
import { redact } from './secrets.ts';
import { select, type CountTokens } from './selection.ts';
import { verdictOf } from './verdict.ts';

export interface ReviewOptions {
  /** The agent's instructions to the model. */
  readonly instructions: string;
  /** House rules by the workflow's author; may be empty. */
  readonly authorGuidance: string;
  readonly repositoryGuidance: Guidance;
  /** Makes the steps of this review unique in the task. */
  readonly stepPrefix: string;
  /** True when GitHub did not list all files of the change. */
  readonly filesMissing: boolean;
  readonly countTokens: CountTokens;
}

/** Reviews a change: exact checks, then the model, then rules that make findings, coverage and verdict of what came out. */
export async function reviewChange(change: ScannedChange, options: ReviewOptions, context: OperationContext): Promise<Reviewed> {
  const { repositoryGuidance: guidance } = options;
  const candidates: Candidate[] = [];
  const facts: FileFacts[] = [];
  await context.progress(`Checking ${change.files.length} file(s)`);
  const scanNotes: string[] = [];
  for (const { file, scan } of change.files) {
    await setImmediate();
    context.signal.throwIfAborted();
    const exclusion = exclusionOf(file, guidance.ignores);
    facts.push({ file, exclusion });
    candidates.push(...runChecks(file, exclusion, scan.secrets));
    scanNotes.push(...scan.notes);
  }

  const wanted = facts.filter(({ exclusion }) => exclusion === null).map(({ file }) => file);
  const { chunks, left } = await select(wanted, options.countTokens, context.signal);
  const parts = {
    instructions: options.instructions,
    title: change.title,
    description: change.description,
    authorGuidance: await redact(options.authorGuidance),
    repositoryGuidance: { source: guidance.source, text: await redact(guidance.text) },
  };
  const model = await askAll(chunks, parts, options.stepPrefix, context);
  candidates.push(...model.candidates);

  const { anchored, unanchored } = anchorAll(candidates, facts.map(({ file }) => file));
  const { findings, notes: findingNotes } = toFindings(anchored, guidance);
  const unreviewed = [...left.map((piece) => ({ piece, reason: 'the change is too big for the model calls of one review' })), ...model.unreviewed];
  const coverage = coverageOf(facts, unreviewed, { filesMissing: options.filesMissing });
  return {
    summary: summaryOf(change, model),
    verdict: verdictOf({
      findings, unanchored: unanchored.map(({ candidate }) => candidate.severity), coverage,
      languageModel: model.answeredBy === 'language model',
    }),
    findings, unanchored, coverage,
    notes: [...guidance.notes, ...notesOn(change, model, options), ...atMost(scanNotes), ...model.notes, ...findingNotes,
      ...(coverage.complete ? [] : ['The review is not complete: its coverage says what was not reviewed and why.'])],
  };
}

function summaryOf(change: ScannedChange, model: ModelReview): string {
  if (change.files.length === 0) return 'There is nothing to review: the change has no files.';
  return model.summaries.join('\n\n') || 'No part of the change was reviewed by a model.';
}

function notesOn(change: ScannedChange, model: ModelReview, options: ReviewOptions): string[] {
  const notes: string[] = [];
  if (change.files.length === 0) notes.push('The pull request has no changes.');
  if (model.answeredBy === 'rules') {
    notes.push('No language model is configured for this review: fixed rules made it, which see only a few kinds of defects. Set '
      + 'ANTHROPIC_API_KEY, OLLAMA_MODELS or OPENAI_BASE_URL to have it made by a language model.');
  }
  if (ordersReviewer(change.title) || ordersReviewer(change.description)) {
    notes.push('The title or the description gives orders to a reviewer. They were treated as data and had no effect.');
  }
  if (options.filesMissing) notes.push('GitHub did not list all files of this pull request; those it left out were not reviewed.');
  return notes;
}

/** Notes are read by people: this many are told one by one. */
const MAX_TOLD = 20;

/** The findings that no line could carry, as notes for a result that has no other place for them. */
export function notesOnUnanchored(unanchored: readonly Unanchored[]): string[] {
  const told = unanchored.slice(0, MAX_TOLD).map(({ candidate, reason }) => (
    `A finding is tied to no line, because ${reason}: ${candidate.path}:${candidate.startLine} ${candidate.title} (${candidate.severity}). ${candidate.explanation}`));
  return unanchored.length <= MAX_TOLD ? told : [...told, `${unanchored.length - MAX_TOLD} more findings could not be tied to a line.`];
}

function atMost(notes: readonly string[]): readonly string[] {
  return notes.length <= MAX_TOLD ? notes : [...notes.slice(0, MAX_TOLD), `${notes.length - MAX_TOLD} more secrets stand in paths and hunk headers.`];
}
