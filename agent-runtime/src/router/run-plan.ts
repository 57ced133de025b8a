import { AiosError } from '../errors.ts';
import { callAborted } from '../providers/call-aborted.ts';
import type { ModelRequest, ModelStreamPart } from '../providers/model.ts';
import { countedUsd } from './attempt.ts';
import type { Budgets, Hold } from './budget/budgets.ts';
import { callOnce } from './call-once.ts';
import type { CallContext, OpenedCall } from './call-once.ts';
import type { Candidate } from './candidate.ts';
import { enterEndpoint, waitMs } from './endpoint-call.ts';
import { candidatesAfter, mayFallBack, noAnswer } from './fallback.ts';
import type { Failure } from './fallback.ts';
import type { Plan } from './plan.ts';
import type { HedgeAllowance } from './resilience/hedge-allowance.ts';
import { hedgeStream } from './resilience/hedge-stream.ts';
import type { Breaker } from './resilience/resilience.ts';
import type { ModelAttempt } from './routed-model.ts';

/** How long a call waits for money that others have reserved and may not spend. */
const PATIENCE_MS = 5_000;

/** An answer in one piece that takes so many times as long as expected is slow. */
const SLOW = 2;

export interface RunParts {
  readonly budgets: Budgets;
  readonly breaker: Breaker;
  readonly hedges: HedgeAllowance;
  /** The candidate with its prompt's tokens counted. */
  readonly counted: (candidate: Candidate, request: ModelRequest) => Promise<Candidate>;
  /** Waits before a call is repeated; throws when the signal is aborted. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** What became of a plan, filled in while it runs. */
export interface Run {
  readonly attempts: readonly ModelAttempt[];
  readonly failures: Failure[];
  /** Whose answer it is, as soon as that is known. */
  chosen: Candidate | null;
  /** The model that was asked first, and whose answer came later than that of a second call beside it. */
  outrun: string | null;
}

/**
 * Calls the planned models, best first, until one answers: one budget of attempts for repeats, fallbacks and hedges. After
 * the first part nothing is repeated. Ends with the part `end`, or throws the failure that says most.
 */
export async function* runPlan(
  parts: RunParts, plan: Plan, context: CallContext, run: Run, { signal, costRemainingUsd }: { signal: AbortSignal; costRemainingUsd: number },
): AsyncGenerator<ModelStreamPart> {
  const { resilience } = plan.snapshot.settings;
  const held = parts.budgets.applies(plan.scope);
  const affordable = ({ worstCaseUsd }: Candidate, underWay?: Candidate) =>
    (worstCaseUsd ?? 0) + (underWay?.worstCaseUsd ?? 0) <= costRemainingUsd - run.attempts.reduce((sum, attempt) => sum + countedUsd(attempt), 0);
  let queue: readonly Candidate[] = plan.ordered.map(({ candidate }) => candidate);

  const open = async (candidate: Candidate, hedge: boolean, caller: AbortSignal): Promise<OpenedCall> => {
    const pass = enterEndpoint(parts.breaker, candidate.entry.keys, candidate.entry.model);
    if (pass instanceof AiosError) throw pass;
    try {
      if (!held) return { candidate, pass, hold: null, hedge, begun: false };
      const patience = { waitMs: PATIENCE_MS, signal: caller };
      let hold: Hold;
      try {
        const asked = parts.budgets.reserve(plan.scope, candidate.worstCaseUsd, patience);
        hold = asked instanceof Promise ? await asked : asked;
      } catch (error) {
        // By a bound of the prompt's size it may seem dearer than it is.
        const exact = candidate.prompt.counted || !isCode(error, 'budget_exceeded') ? null : await parts.counted(candidate, context.request);
        if (exact === null || exact.worstCaseUsd === null || exact.worstCaseUsd >= candidate.worstCaseUsd!) throw error;
        candidate = exact;
        hold = await parts.budgets.reserve(plan.scope, exact.worstCaseUsd, patience);
      }
      if (!caller.aborted) return { candidate, pass, hold, hedge, begun: false };
      void hold.release();
      throw callAborted(caller, candidate.entry.model.id);
    } catch (error) {
      pass.cancelled();
      throw caller.aborted ? callAborted(caller, candidate.entry.model.id) : error;
    }
  };

  while (run.attempts.length < resilience.attempts) {
    queue = queue.filter((candidate) => affordable(candidate));
    const candidate = queue[0];
    if (candidate === undefined) break;
    if (signal.aborted) throw callAborted(signal, candidate.entry.model.id);
    let opened: OpenedCall | null = null;
    let begun = () => opened?.begun ?? false;
    try {
      opened = await open(candidate, false, signal);
      const first = opened;
      run.chosen = candidate;
      const second = queue.slice(1).find(({ entry }) => entry.model.endpoint !== candidate.entry.model.endpoint) ?? queue[1];
      const afterMs = second === undefined ? null : hedgeAfterMs(plan, context, candidate);
      if (second === undefined || afterMs === null) {
        yield* callOnce(context, first, signal);
        return;
      }
      let other: OpenedCall | null = null;
      begun = () => first.begun || (other?.begun ?? false);
      yield* hedgeStream<ModelStreamPart>({
        signal, afterMs,
        mayStart: () => run.attempts.length + 2 <= resilience.attempts && affordable(second, candidate) && parts.hedges.take(),
        start: (lane, laneSignal) => (lane === 'primary' ? callOnce(context, first, laneSignal) : openAndCall(laneSignal)),
        onWinner(lane) {
          [run.chosen, run.outrun] = lane === 'primary' ? [candidate, null] : [second, candidate.entry.model.id];
        },
      });
      return;

      async function* openAndCall(laneSignal: AbortSignal): AsyncGenerator<ModelStreamPart> {
        other = await open(second!, true, laneSignal);
        yield* callOnce(context, other, laneSignal);
      }
    } catch (thrown) {
      if (signal.aborted || !(thrown instanceof AiosError)) throw thrown;
      const failure: Failure = { candidate, error: thrown };
      parts.log('model-call-failed', { model: candidate.entry.model.id, code: thrown.code, message: thrown.summary, attempt: run.attempts.length });
      const hasOtherKey = opened !== null && candidate.entry.keys.size > 1 && isOfKey(thrown) && waitMs(parts.breaker, candidate.entry.keys, candidate.entry.model) === 0;
      if (begun() || !(hasOtherKey || isPassedBy(thrown) || mayFallBack(thrown, run.failures.length === 0, plan.pinned !== null))) throw thrown;
      const isRepeated = run.failures.some((earlier) => earlier.candidate === candidate);
      run.failures.push(failure);
      if (hasOtherKey) continue;
      const pauseMs = thrown.retryAfterMs;
      if (!isRepeated && thrown.kind === 'operational' && pauseMs !== undefined && pauseMs <= resilience.longestWaitMs && opened !== null) {
        await parts.wait(pauseMs, signal).catch(() => { throw callAborted(signal, candidate.entry.model.id); });
      } else {
        queue = candidatesAfter(failure, queue.slice(1));
      }
    }
  }
  throw noAnswer(run.failures);
}

/** Null: no second call. */
function hedgeAfterMs({ snapshot }: Plan, { latency, streaming }: CallContext, candidate: Candidate): number | null {
  const { hedge } = snapshot.settings.resilience;
  if (!hedge.enabled) return null;
  if (hedge.afterMs !== undefined) return hedge.afterMs;
  const { model } = candidate.entry;
  if (streaming) return latency.summary(model.id)?.firstTokenMs.p95 ?? null;
  // Of an answer that comes in one piece, the first part is the last one.
  return candidate.latencyMs === null ? null : SLOW * candidate.latencyMs;
}

/** What says something of the API key that was used, not of the request or the model. */
function isOfKey({ code }: AiosError): boolean {
  return code === 'model_rate_limited' || code === 'model_unauthorized' || code === 'model_billing';
}

function isCode(error: unknown, code: AiosError['code']): boolean {
  return error instanceof AiosError && error.code === code;
}

/** A dearer model than a budget allows, and one that is left alone: the next one may do. */
function isPassedBy({ code }: AiosError): boolean {
  return code === 'budget_exceeded' || code === 'price_unknown' || code === 'model_circuit_open';
}
