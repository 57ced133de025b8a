import type { OperationContext } from '../agents/agent.ts';
import { AiosError } from '../errors.ts';
import type { ModelRequest } from '../providers/model.ts';
import type { RoutedResponse } from '../router/routed-model.ts';
import { parseAnswer, toCandidates, type ModelAnswer } from './answer.ts';
import type { Candidate } from './candidate.ts';
import type { Unreviewed } from './coverage.ts';
import { toRequest, type PromptParts } from './prompt.ts';
import { halve, MAX_CHUNKS, type Chunk } from './selection.ts';

/** What the model said of all chunks together. */
export interface ModelReview {
  readonly candidates: readonly Candidate[];
  readonly summaries: readonly string[];
  readonly unreviewed: readonly Unreviewed[];
  readonly notes: readonly string[];
  /** `rules`: the offline rules answered at least once. */
  readonly answeredBy: 'nobody' | 'language model' | 'rules';
}

/** Chunks that had to be halved cost more calls than planned, but not more than this. */
const MAX_CALLS = MAX_CHUNKS + 8;

type Context = Pick<OperationContext, 'ask' | 'spend' | 'progress'>;

interface Work { readonly step: string; readonly chunk: Chunk }

/**
 * Asks about one chunk after the other: the cost limit is checked against what the calls before have really cost.
 * `stepPrefix` makes the steps unique in the task. A model that can't be used at all throws; what only a part could not
 * get is in `unreviewed`.
 */
export async function askAll(chunks: readonly Chunk[], parts: PromptParts, stepPrefix: string, context: Context): Promise<ModelReview> {
  const candidates: Candidate[] = [];
  const summaries: string[] = [];
  const unreviewed: Unreviewed[] = [];
  const notes: string[] = [];
  let asked = 0;
  let answered = 0;
  let offline = false;
  const queue: Work[] = chunks.map((chunk, index) => ({ step: `${stepPrefix}/part-${index + 1}`, chunk }));
  const leave = (chunk: Chunk, reason: string) => unreviewed.push(...chunk.map((piece) => ({ piece, reason })));

  for (let work = queue.shift(); work !== undefined; work = queue.shift()) {
    const { step, chunk } = work;
    if (asked === MAX_CALLS) {
      leave(chunk, `the review had used its ${MAX_CALLS} model calls`);
      continue;
    }
    asked += 1;
    await context.progress(`Reviewing part ${asked} of ${asked + queue.length}`);
    const outcome = await askOnce(step, chunk, parts, { number: asked, of: asked + queue.length }, context);
    if (outcome.kind === 'answer') {
      answered += 1;
      offline ||= outcome.response.offline;
      candidates.push(...toCandidates(outcome.answer, outcome.response.offline ? 'rules' : 'model'));
      if (outcome.answer.summary.trim() !== '') summaries.push(outcome.answer.summary.trim());
    } else if (outcome.kind === 'refused') {
      leave(chunk, 'the model declined to review it');
    } else if (outcome.kind === 'too_much') {
      const halves = halve(chunk);
      if (halves === null) leave(chunk, outcome.reason);
      else queue.unshift(...halves.map((half, index) => ({ step: `${step}/half-${index + 1}`, chunk: half })));
    } else {
      if (answered === 0) throw outcome.error;
      for (const rest of [work, ...queue.splice(0)]) leave(rest.chunk, 'the cost limit was reached');
      notes.push(`The cost limit was reached after ${answered} model call(s): the rest of the change was not reviewed.`);
    }
  }
  return { candidates, summaries, unreviewed, notes, answeredBy: answered === 0 ? 'nobody' : offline ? 'rules' : 'language model' };
}

type Outcome =
  | { readonly kind: 'answer'; readonly answer: ModelAnswer; readonly response: RoutedResponse }
  | { readonly kind: 'refused' }
  | { readonly kind: 'too_much'; readonly reason: string }
  | { readonly kind: 'too_dear'; readonly error: AiosError };

async function askOnce(step: string, chunk: Chunk, parts: PromptParts, part: { number: number; of: number }, context: Context): Promise<Outcome> {
  const request = toRequest(parts, chunk, part);
  try {
    let response = await context.ask(step, request);
    // The journal replays what earlier attempts got: an attempt ends with the first repair that it paid for itself.
    let repaired = false;
    for (let repair = 1; ; repair += 1) {
      if (response.finishReason === 'refused') return { kind: 'refused' };
      if (response.finishReason === 'length') return { kind: 'too_much', reason: "the model's answer was cut at its longest, and the part can't be made smaller" };
      const parsed = parseAnswer(response.text);
      if ('answer' in parsed) return { kind: 'answer', answer: parsed.answer, response };
      if (repaired) {
        throw new AiosError('model_output_invalid', `${response.model} did not answer with a review in the asked form, even when it was asked again. `
          + `${parsed.problem} Choose another model if this happens again.`);
      }
      const { calls } = await context.spend();
      response = await context.ask(`${step}/repair-${repair}`, repairRequest(request, response.text, parsed.problem));
      repaired = (await context.spend()).calls > calls;
    }
  } catch (error) {
    if (!(error instanceof AiosError)) throw error;
    if (error.code === 'cost_limit_exceeded') return { kind: 'too_dear', error };
    if (error.code === 'model_refused') return { kind: 'refused' };
    if (error.code === 'model_context_too_long') return { kind: 'too_much', reason: "it does not fit the model's context window" };
    throw error;
  }
}

/** The longest invalid answer that is sent back. */
const MAX_QUOTED = 20_000;

function repairRequest(request: ModelRequest, answer: string, problem: string): ModelRequest {
  return {
    ...request,
    messages: [
      ...request.messages,
      { role: 'assistant', content: answer.trim() === '' ? '(an empty answer)' : answer.slice(0, MAX_QUOTED).toWellFormed() },
      { role: 'user', content: `${problem} Answer again with only the JSON object that the instructions describe.` },
    ],
  };
}
