import type { DecisionAttempt } from '../contract/decision.ts';
import { AiosError, toAiosError } from '../errors.ts';
import { callAborted } from '../providers/call-aborted.ts';
import type { ModelCallOptions, ModelRequest, ModelResponse, ModelStreamPart } from '../providers/model.ts';
import { answeredAttempt, failedAttempt } from './attempt.ts';
import type { Hold } from './budget/budgets.ts';
import { callSignal } from './call-signal.ts';
import type { Candidate } from './candidate.ts';
import { recordedMs } from './decision.ts';
import type { EndpointPass } from './endpoint-call.ts';
import type { Latency } from './latency.ts';
import type { PrivacyVerdict, Redaction } from './privacy/privacy.ts';
import { restored, restoredParts } from './restored-parts.ts';
import type { ModelAttempt } from './routed-model.ts';

/** What all calls of one routed request share. */
export interface CallContext {
  readonly request: ModelRequest;
  readonly streaming: boolean;
  readonly verdict: PrivacyVerdict;
  readonly timeoutMs: number;
  readonly latency: Latency;
  readonly countTokens: (text: string) => Promise<number>;
  /** ms of a clock that does not go back; `startedAt` is the request's start on it. */
  readonly now: () => number;
  readonly startedAt: number;
  /** Told once of each call, as it ends. */
  readonly settled: (attempt: ModelAttempt, detail: DecisionAttempt) => void;
}

/** Leave to make one call, and the money for it. */
export interface OpenedCall {
  readonly candidate: Candidate;
  readonly pass: EndpointPass;
  readonly hold: Hold | null;
  readonly hedge: boolean;
  /** Set as soon as anything of the answer has come. */
  begun: boolean;
}

/** One upstream call. It settles what it cost with the budget, the breaker and the ledger before it ends, however it ends. */
export async function* callOnce(context: CallContext, call: OpenedCall, caller: AbortSignal): AsyncGenerator<ModelStreamPart> {
  const { candidate, pass } = call;
  const { model } = candidate.entry;
  if (caller.aborted) {
    // Nothing was sent, so there is nothing to charge or to tell.
    pass.cancelled();
    void call.hold?.release();
    throw callAborted(caller, model.id);
  }
  const startedAt = context.now();
  const running = callSignal(caller, context.timeoutMs);
  const received: string[] = [];
  let firstTokenMs: number | null = null;
  let settled = false;

  const settle = (attempt: ModelAttempt) => {
    settled = true;
    if (call.hold) void (attempt.errorCode !== null && attempt.costUsd === 0 ? call.hold.release() : call.hold.settle(attempt.costUsd));
    const { usage, costUsd, costStatus, durationMs, errorCode } = attempt;
    context.settled(attempt, {
      model: model.id, endpoint: model.endpoint, startedMs: recordedMs(startedAt - context.startedAt), durationMs: recordedMs(durationMs),
      firstTokenMs: recordedMs(firstTokenMs), usage, costUsd, costStatus,
      errorCode, hedge: call.hedge,
    });
  };
  const fail = async (error: AiosError) => {
    const outputTokens = received.length === 0 ? 0 : await context.countTokens(received.join(''));
    const durationMs = context.now() - startedAt;
    if (caller.aborted) {
      pass.cancelled();
    } else {
      pass.failed(error);
      if (error.kind === 'operational') context.latency.recordFailure(model.id, durationMs);
    }
    settle(failedAttempt(candidate, { error, durationMs, outputTokens, begun: call.begun }));
  };
  const succeed = (response: ModelResponse) => {
    const durationMs = context.now() - startedAt;
    pass.succeeded();
    context.latency.record(model.id, { firstTokenMs, durationMs, outputTokens: response.usage.output });
    settle(answeredAttempt(candidate, response, durationMs));
  };

  try {
    const options: ModelCallOptions = { signal: running.signal, ...pass.key !== undefined && { apiKey: pass.key.key } };
    if (!context.streaming) {
      const response = await wholeAnswer(context, candidate, options);
      succeed(response);
      yield { type: 'end', response };
      return;
    }
    for await (const part of streamedAnswer(context, candidate, options)) {
      if (part.type === 'end') {
        succeed(part.response);
        yield part;
        return;
      }
      if (!call.begun) {
        call.begun = true;
        firstTokenMs = context.now() - startedAt;
      }
      if ('text' in part) received.push(part.text);
      yield part;
    }
    throw new AiosError('model_stream_cut', `The answer of ${model.id} ended without its last part.`);
  } catch (thrown) {
    if (settled) throw thrown;
    const error = running.signal.aborted && !(thrown instanceof AiosError) ? callAborted(running.signal, model.id) : toAiosError(thrown);
    await fail(error);
    throw error;
  } finally {
    // Whoever reads the stream may leave it half-way.
    if (!settled) {
      running.abort(new AiosError('task_cancelled', `The call to ${model.id} was cancelled by its caller.`));
      pass.cancelled();
      await fail(callAborted(running.signal, model.id));
    }
    running.end();
  }
}

/** The provider's answer, with what was taken out of the request put back. */
async function wholeAnswer(context: CallContext, candidate: Candidate, options: ModelCallOptions): Promise<ModelResponse> {
  const { request, redaction } = outgoing(context, candidate);
  const response = await candidate.entry.model.generate(request, options);
  return redaction === null ? response : restored(response, redaction);
}

/** The same in parts. */
function streamedAnswer(context: CallContext, candidate: Candidate, options: ModelCallOptions): AsyncIterable<ModelStreamPart> {
  const { request, redaction } = outgoing(context, candidate);
  const parts = candidate.entry.model.stream(request, options);
  return redaction === null ? parts : restoredParts(parts, redaction);
}

/** What leaves the process, and what is to be put back into the answer. */
function outgoing({ request, verdict }: CallContext, { entry, maxOutputTokens }: Candidate): { readonly request: ModelRequest; readonly redaction: Redaction | null } {
  // Asked again right before anything leaves the process: whatever failed before, the policy holds.
  const treatment = verdict.treatment(entry.location);
  if (treatment === 'forbid') throw new AiosError('privacy_refused', `The privacy policy does not let ${entry.model.id} have this text.`);
  const redaction = treatment === 'redact' ? verdict.redacted() : null;
  return { request: limited(redaction?.request ?? request, maxOutputTokens), redaction };
}

function limited(request: ModelRequest, maxOutputTokens: number): ModelRequest {
  return request.maxOutputTokens === maxOutputTokens ? request : { ...request, maxOutputTokens };
}
