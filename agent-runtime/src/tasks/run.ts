import { setTimeout as pause } from 'node:timers/promises';
import { AiosError, toAiosError, type ErrorCode } from '../errors.ts';
import type { Delivery, Disposition } from '../stores/queue/queue.ts';
import type { ClaimedTask, Outcome } from '../stores/records/records.ts';
import { cancelled } from './cancel.ts';
import { deadlineExceeded, decide } from './finish.ts';
import { createOperationContext, type RunContext } from './operation-context.ts';
import { createRunJournal, type RunJournal } from './run-journal.ts';
import type { Running, RunUnderWay } from './running.ts';
import type { OperationFinder } from './submit.ts';
import type { LimitedTask, TaskPlace } from './task-limits.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/** A task whose workers keep dying is taken for what kills them. An outage of the records that outlasts a lease counts too, so it is not fewer. */
const MOST_INTERRUPTIONS = 10;
const LOOK_AGAIN_MS = 1_000;
/** How long a task that found no place under its limits waits before it asks again. */
const WHEN_FULL_MS = 1_000;
const CONTROL: ReadonlySet<ErrorCode> = new Set(['task_cancelled', 'lease_lost', 'shutting_down', 'deadline_exceeded']);
/** For so long a run that has failed waits until what it wrote is kept: while the records are away, its end cannot be written either. */
const LONGEST_STAY_MS = 1_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A delivery. */
type Work = Pick<Delivery, 'id' | 'agent'>;

/** One delivery of a task: claims it, runs it, and writes its end or its next attempt. */
export async function runTask(dependencies: WorkerDependencies, running: Running, { id: taskId, agent }: Work): Promise<Disposition> {
  const { records, owner, leaseMs, now, random } = dependencies;
  const waiting = running.turns.waiting(taskId);
  if (waiting) return waiting;
  const notNow = () => running.turns.later(taskId, WHEN_FULL_MS * (0.5 + random()));
  if (!running.suspects.mayClaim(taskId)) return notNow();
  const run = running.start(taskId);
  let place: TaskPlace | undefined;
  let leave: (() => void) | null = null;
  const found = running.turns.seek(taskId);
  try {
    const entered = await enter(dependencies, { taskId, agent }, run.controller.signal).finally(found);
    // It has not begun: nothing is written, and it comes again.
    if (entered === 'full') return notNow();
    place = entered;
    run.leaseUntil = now() + leaseMs;
    const claim = await records.runs.claim(taskId, { owner, leaseUntil: run.leaseUntil }, now());
    if (claim.outcome === 'gone') return { action: 'ack' };
    if (claim.outcome === 'later') return { action: 'retry', delayMs: Math.max(claim.at - now(), 1) };
    leave = running.suspects.enter(claim.task);
    if (!leave) {
      await records.runs.release(claim.task, now());
      return notNow();
    }
    return await runClaimedTask(dependencies, claim.task, run);
  } catch (error) {
    return notWritten(dependencies, taskId, error);
  } finally {
    leave?.();
    running.end(run);
    place?.leave();
  }
}

/** Before the task is claimed, so that waiting for its turn is no attempt. */
async function enter(
  { records, registry, limits }: WorkerDependencies, { taskId, agent }: Pick<LimitedTask, 'taskId' | 'agent'>, signal: AbortSignal,
): Promise<TaskPlace | 'full' | undefined> {
  if (!limits?.mayLimit(agent)) return undefined;
  const work = limits.byRepository ? await records.tasks.work(taskId) : null;
  return limits.enter({ taskId, agent, repository: work && repositoryOf(registry, work) }, signal);
}

function repositoryOf(registry: OperationFinder, { agent, operation, input }: Pick<ClaimedTask, 'agent' | 'operation' | 'input'>): string | null {
  try {
    return registry.find(agent, operation).repositoryOf?.(input) ?? null;
  } catch {
    return null; // what is wrong with it is found when it runs
  }
}

/** Runs a task that this worker has claimed, and writes its end or its next attempt. Never throws. */
export async function runClaimedTask(dependencies: WorkerDependencies, task: ClaimedTask, run: RunUnderWay): Promise<Disposition> {
  run.fence = task.fence;
  try {
    return await runClaimed(dependencies, task, run);
  } catch (error) {
    return notWritten(dependencies, task.taskId, error);
  }
}

/** The state could not be written: the lease runs out and the task comes back, or somebody else has it. */
function notWritten({ logger }: WorkerDependencies, taskId: string, error: unknown): Disposition {
  const { code, message } = toAiosError(error);
  if (code !== 'lease_lost') logger.error({ taskId, code, reason: message }, 'the state of a task could not be written');
  return { action: 'retry', delayMs: LOOK_AGAIN_MS };
}

async function runClaimed(dependencies: WorkerDependencies, task: ClaimedTask, run: RunUnderWay): Promise<Disposition> {
  const { records, logger, now, random, retryBaseMs } = dependencies;
  const facts = { taskId: task.taskId, agent: task.agent, operation: task.operation, attempt: task.attempt };
  const journal = createRunJournal(records, task, now, run.controller.signal);
  try {
    const outcome = await perform(dependencies, task, run, journal);
    await journal.finish(outcome);
    logger.info(facts, 'task succeeded');
    return { action: 'ack' };
  } catch (thrown) {
    const notKept = await Promise.race([journal.kept().then(() => undefined, (error: unknown) => error), pause(LONGEST_STAY_MS, undefined, { ref: false })]);
    const error = toAiosError(run.controller.signal.aborted ? run.controller.signal.reason : notKept ?? thrown);
    const decision = decide(task, error, { retryBaseMs, now: now(), random });
    const failure = { ...facts, code: error.code, reason: error.message };
    if (decision.action === 'leave') {
      logger.warn(failure, 'task left to another worker');
      return { action: 'retry', delayMs: LOOK_AGAIN_MS };
    }
    if (decision.action === 'release') {
      await records.runs.release(task, now());
      return { action: 'retry', delayMs: 0 };
    }
    if (decision.action === 'postpone') {
      await records.runs.postpone(task, decision.error, now() + decision.delayMs, now());
      logger.warn({ ...failure, delayMs: decision.delayMs }, 'task will be retried');
      return { action: 'retry', delayMs: decision.delayMs };
    }
    if (error.kind === 'bug') logger.error({ ...failure, stack: stackOf(error) }, 'task failed by a bug');
    else logger.warn(failure, `task ${decision.outcome.status}`);
    await records.runs.finish(task, decision.outcome, now());
    return { action: 'ack' };
  }
}

/** Runs the operation until it ends or is aborted; what it does after an abort is fenced off. */
async function perform(dependencies: WorkerDependencies, task: ClaimedTask, run: RunUnderWay, journal: RunJournal): Promise<Outcome> {
  const { controller } = run;
  if (task.cancelRequested) throw cancelled();
  if (task.interruptions > MOST_INTERRUPTIONS) {
    throw new AiosError('worker_lost', `${task.interruptions} workers died while they ran this task. Look for what it does to them, then retry it.`);
  }
  const left = task.deadlineAt - dependencies.now();
  const tooLate = () => deadlineExceeded(task.options.deadlineMs);
  if (left <= 0) throw tooLate();
  const timer = setTimeout(() => controller.abort(tooLate()), Math.min(left, LONGEST_TIMER_MS));
  let own: RunContext | undefined;
  try {
    const operation = dependencies.registry.find(task.agent, task.operation);
    const decisions: string[] = [];
    own = createOperationContext(dependencies, task, run, journal, (id) => decisions.push(id));
    const { context } = own;
    const work = async () => operation.run(task.input, context);
    const result = await Promise.race([
      work().catch((error: unknown) => {
        // Of a run that failed otherwise nobody knows whether the answers were to blame.
        if (isCode(error, 'model_output_invalid')) teach(dependencies, decisions.slice(-1), 0);
        throw controller.signal.aborted ? error : ownFailure(error);
      }),
      aborted(controller.signal),
    ]);
    const checked = operation.resultSchema.safeParse(result);
    if (checked.success) teach(dependencies, decisions, 1);
    if (checked.success) return { status: 'succeeded', result: checked.data as Record<string, unknown> };
    const issues = checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new AiosError('internal', `The result of ${task.agent}/${task.operation} does not have its promised form (${issues}). Please report it.`);
  } finally {
    clearTimeout(timer);
    await own?.close().catch((error: unknown) => dependencies.logger.warn({ taskId: task.taskId, reason: toAiosError(error).message }, 'what a run had for itself was not removed; it is swept later'));
  }
}

/** Tells the router how its answers turned out. What it does not learn harms no task. */
function teach({ router, logger }: WorkerDependencies, decisions: readonly string[], success: number): void {
  for (const decisionId of decisions) {
    router.learn({ decisionId, success, source: 'task' }).catch((error: unknown) => logger.warn({ decisionId, code: toAiosError(error).code }, 'an outcome was not learnt'));
  }
}

function isCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof AiosError && error.code === code;
}

/** What stops a task comes by its own signal alone: thrown without it, it was meant for another task whose work this one shared. */
function ownFailure(error: unknown): unknown {
  if (!(error instanceof AiosError) || !CONTROL.has(error.code)) return error;
  return new AiosError('shared_work_stopped', `Work that the task shared with another one was stopped (${error.code}).`, { cause: error });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function stackOf(error: AiosError): string | undefined {
  return error.cause instanceof Error ? error.cause.stack : error.stack;
}
