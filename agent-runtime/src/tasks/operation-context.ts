import type { OperationContext } from '../agents/agent.ts';
import type { ClaimedTask } from '../stores/records/records.ts';
import { asJson } from './as-json.ts';
import { createAsk } from './ask.ts';
import { createEffects } from './effect.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/** The context of one run of a task. */
export function createOperationContext(dependencies: WorkerDependencies, task: ClaimedTask, signal: AbortSignal): OperationContext {
  const { records, now } = dependencies;
  return {
    taskId: task.taskId,
    attempt: task.attempt,
    signal,
    ask: createAsk(dependencies, task, signal),
    effect: createEffects(dependencies, task, signal),
    async remember<Result>(step: string, read: () => Promise<Result>): Promise<Result> {
      const kept = await records.runs.journalled(task.taskId, step, '');
      if (kept !== undefined) return kept as Result;
      signal.throwIfAborted();
      const value = asJson(await read());
      await records.runs.journal(task, { step, requestHash: '', value, event: { type: 'step-finished', data: { step } } }, [], now());
      return value;
    },
    progress: (message) => records.runs.event(task, 'progress', { message }, now()),
    spend: () => records.runs.spend(task.taskId),
  };
}
