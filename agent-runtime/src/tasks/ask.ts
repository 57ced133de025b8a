import type { OperationContext } from '../agents/agent.ts';
import type { ModelRequest } from '../providers/model.ts';
import type { ModelAttempt, RoutedResponse } from '../router/routed-model.ts';
import type { Charge, ClaimedTask } from '../stores/records/records.ts';
import { requestHash } from './request-hash.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/** Model calls of one run: journalled, charged, and under a cost limit one after another, so that the limit is exact. */
export function createAsk(
  { records, router, now }: WorkerDependencies, task: ClaimedTask, signal: AbortSignal,
): OperationContext['ask'] {
  const { modelPolicy: policy, model, costLimitUsd } = task.options;
  let turn: Promise<unknown> = Promise.resolve();

  async function ask(step: string, request: ModelRequest): Promise<RoutedResponse> {
    const hash = requestHash({ request, policy, model });
    const kept = await records.runs.journalled(task.taskId, step, hash);
    if (kept !== undefined) return kept as RoutedResponse;
    const answered: ModelAttempt[] = [];
    let failures: Promise<unknown> = Promise.resolve();
    const charge = (attempt: ModelAttempt, offline = false): Charge => ({
      step, attempt: task.attempt, offline, model: attempt.model, provider: attempt.provider, usage: attempt.usage,
      durationMs: attempt.durationMs, errorCode: attempt.errorCode, costUsd: attempt.costUsd, costStatus: attempt.costStatus,
    worstCaseUsd: attempt.worstCaseUsd,
    });
    const costRemainingUsd = costLimitUsd === undefined
      ? undefined : Math.max(0, costLimitUsd - await records.runs.committedCostUsd(task.taskId));
    signal.throwIfAborted();
    try {
      const response = await router.generate(request, {
        signal,
        routing: { policy, ...model !== undefined && { model }, ...costRemainingUsd !== undefined && { costRemainingUsd } },
        onAttempt(attempt) {
          if (attempt.errorCode === null) {
            answered.push(attempt);
          } else {
            // At once: a fallback may take minutes, and a crash in them would lose what this one cost.
            failures = Promise.all([failures, records.runs.charge(task.taskId, [charge(attempt)], now())]);
            failures.catch(() => undefined); // awaited below
          }
        },
      });
      const charges = answered.splice(0).map((attempt) => charge(attempt, response.offline));
      await records.runs.journal(task, {
        step, requestHash: hash, value: response,
        event: {
          type: 'model-answered',
          data: { step, model: response.model, usage: response.usage, costUsd: response.costUsd, costStatus: response.costStatus },
        },
      }, charges, now());
      return response;
    } finally {
      if (answered.length > 0) await records.runs.charge(task.taskId, answered.map((attempt) => charge(attempt)), now());
      await failures;
    }
  }

  if (costLimitUsd === undefined) return ask;
  return (step, request) => {
    const next = turn.then(() => ask(step, request));
    turn = next.catch(() => undefined);
    return next;
  };
}
