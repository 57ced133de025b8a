import type { OperationContext } from '../agents/agent.ts';
import type { Scope } from '../contract/decision.ts';
import type { ModelRequest } from '../providers/model.ts';
import type { ModelAttempt, RoutedResponse } from '../router/routed-model.ts';
import type { Charge, ClaimedTask } from '../stores/records/records.ts';
import { requestHash } from './request-hash.ts';
import type { RunJournal } from './run-journal.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/** Model calls of one run: journalled, charged, and under a cost limit one after another, so that the limit is exact. */
export function createAsk(
  { records, router }: WorkerDependencies, task: ClaimedTask, journal: RunJournal, signal: AbortSignal,
  answeredBy: (decisionId: string) => void,
): OperationContext['ask'] {
  const { modelPolicy: policy, model, costLimitUsd, privacy, workflow } = task.options;
  const scope: Scope = { tenant: task.tenant, agent: task.agent, task: task.taskId, ...workflow !== undefined && { workflow } };
  let turn: Promise<unknown> = Promise.resolve();

  async function ask(step: string, request: ModelRequest): Promise<RoutedResponse> {
    const hash = requestHash({ request, policy, model });
    const kept = await journal.find(step, hash);
    if (kept !== undefined) return kept as RoutedResponse;
    const answered: (readonly [ModelAttempt, decisionId: string])[] = [];
    let failures: Promise<unknown> = Promise.resolve();
    let calls = 0;
    const charge = (attempt: ModelAttempt, decisionId: string, offline = false): Charge => ({
      step, attempt: task.attempt, offline, decisionId, callId: `${decisionId}/${calls++}`, scope, model: attempt.model, provider: attempt.provider, usage: attempt.usage,
      durationMs: attempt.durationMs, errorCode: attempt.errorCode, costUsd: attempt.costUsd, costStatus: attempt.costStatus,
      worstCaseUsd: attempt.worstCaseUsd,
    });
    const costRemainingUsd = costLimitUsd === undefined
      ? undefined : Math.max(0, costLimitUsd - await records.runs.committedCostUsd(task.taskId));
    signal.throwIfAborted();
    try {
      const response = await router.generate(request, {
        signal,
        scope,
        ledger: 'caller',
        routing: {
          ...policy !== undefined && { policy }, ...model !== undefined && { model }, ...privacy !== undefined && { privacy },
          ...costRemainingUsd !== undefined && { costRemainingUsd },
          // An answer from the cache would not be this task's own: its journal is what a retry replays.
          cache: 'off', experimentKey: task.taskId,
        },
        onAttempt(attempt, decisionId) {
          if (attempt.errorCode === null) {
            answered.push([attempt, decisionId]);
          } else {
            // At once: a fallback may take minutes, and a crash in them would lose what this one cost.
            failures = Promise.all([failures, journal.charge([charge(attempt, decisionId)])]);
            failures.catch(() => undefined); // awaited below
          }
        },
      });
      answeredBy(response.decisionId);
      const charges = answered.splice(0).map(([attempt, id]) => charge(attempt, id, response.offline));
      journal.write({
        step, requestHash: hash, value: response,
        event: {
          type: 'model-answered',
          data: { step, model: response.model, usage: response.usage, costUsd: response.costUsd, costStatus: response.costStatus },
        },
      }, charges);
      return response;
    } finally {
      if (answered.length > 0) await journal.charge(answered.map(([attempt, id]) => charge(attempt, id)));
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
