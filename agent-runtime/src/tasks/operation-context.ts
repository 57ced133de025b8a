import type { OperationContext } from '../agents/agent.ts';
import type { ClaimedTask } from '../stores/records/records.ts';
import { artifactKey } from './task-artifacts.ts';
import { asJson } from './as-json.ts';
import { createAsk } from './ask.ts';
import { createEffects } from './effect.ts';
import type { RunJournal } from './run-journal.ts';
import type { RunUnderWay } from './running.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/** The context of one run, and what is to be done when it ends. */
export interface RunContext {
  readonly context: OperationContext;
  /** Removes what was made for this run alone. */
  close(): Promise<void>;
}

/** The context of one run of a task. `answeredBy` is told the decision of each answer that this run got. */
export function createOperationContext(
  dependencies: WorkerDependencies, task: ClaimedTask, run: RunUnderWay, journal: RunJournal, answeredBy: (decisionId: string) => void,
): RunContext {
  const { signal } = run.controller;
  const { records, now, artifacts, workspaces } = dependencies;
  const effect = createEffects(dependencies, task, run);
  const open: Promise<Workspace>[] = [];
  const context: OperationContext = {
    taskId: task.taskId,
    attempt: task.attempt,
    signal,
    ask: createAsk(dependencies, task, journal, signal, answeredBy),
    async effect(wanted) {
      await journal.kept();
      return effect(wanted);
    },
    async remember<Result>(step: string, read: () => Promise<Result>): Promise<Result> {
      const kept = await journal.find(step, '');
      if (kept !== undefined) return kept as Result;
      signal.throwIfAborted();
      const value = asJson(await read());
      journal.write({ step, requestHash: '', value, event: { type: 'step-finished', data: { step } } }, []);
      return value;
    },
    async keep(name, content, contentType) {
      await journal.kept();
      signal.throwIfAborted();
      await artifacts(task.tenant).put(artifactKey(task.taskId, name), content, { signal, ...contentType !== undefined && { contentType } });
    },
    async progress(message) {
      await journal.kept();
      await records.runs.event(task, 'progress', { message }, now());
    },
    workspace(repository, revision) {
      signal.throwIfAborted();
      const workspace = journal.kept().then(() => workspaces.create({ taskId: task.taskId, repository, revision, signal }));
      open.push(workspace);
      return workspace;
    },
    spend: () => journal.spend(),
  };
  return {
    context,
    // One that could not be made has left nothing.
    close: async () => void await Promise.all(open.map((workspace) => workspace.then((made) => made.close(), () => undefined))),
  };
}
