import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Operation, OperationContext } from '../../../agent-runtime/src/agents/agent.ts';
import { createRegistry } from '../../../agent-runtime/src/agents/registry.ts';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import { NO_USAGE } from '../../../agent-runtime/src/contract/usage.ts';
import { taskOptionsSchema, type TaskOptions } from '../../../agent-runtime/src/contract/task.ts';
import type { BatchRequest } from '../../../agent-runtime/src/contract/batch.ts';
import type { ModelRequest } from '../../../agent-runtime/src/providers/model.ts';
import type { ModelAttempt, RoutedCallOptions, RoutedModel, RoutedResponse } from '../../../agent-runtime/src/router/routed-model.ts';
import { artifactLinks } from '../../../agent-runtime/src/stores/artifacts/artifact-links.ts';
import { createEmbeddedArtifacts } from '../../../agent-runtime/src/stores/artifacts/embedded.ts';
import { tenantArtifacts } from '../../../agent-runtime/src/stores/artifacts/tenant-artifacts.ts';
import { createEmbeddedQueue } from '../../../agent-runtime/src/stores/queue/embedded.ts';
import { createEmbeddedState } from '../../../agent-runtime/src/stores/state/embedded.ts';
import { createEmbeddedRecords } from '../../../agent-runtime/src/stores/records/embedded.ts';
import { createTasks } from '../../../agent-runtime/src/tasks/create-tasks.ts';
import { createWorkerRegistry } from '../../../agent-runtime/src/tasks/worker-registry.ts';
import { createWorker, type Worker, type WorkerOptions } from '../../../agent-runtime/src/tasks/worker.ts';

/** What the operation `work` of the agent `smith` does in a test. */
export type Work = (input: { readonly word: string; readonly count: number }, context: OperationContext) => Promise<unknown>;

const inputSchema = z.strictObject({ word: z.string(), count: z.number().int().positive().default(1) });
const resultSchema = z.object({ said: z.string() });

const KEPT_FOR_EVER = { tasks: 0, decisions: 0, ledger: 0 };
const SELF = { host: 'test', pid: 1, version: '0.0.0', capabilities: {} };

/** A clock that a test moves. */
export function testClock(start = 1_700_000_000_000) {
  let now = start;
  return { now: () => now, advance: (ms: number) => { now += ms; } };
}

export function usage(output: number) {
  return { ...NO_USAGE, input: 10, output };
}

export function attemptOf(change: Partial<ModelAttempt> = {}): ModelAttempt {
  return { model: 'test/one', provider: 'test', usage: usage(5), durationMs: 1, errorCode: null, costUsd: 0.25, costStatus: 'known', ...change };
}

/** A router whose answers a test writes. It counts its calls. */
export function scriptedRouter(answer: (request: ModelRequest, options: RoutedCallOptions, call: number) => Promise<Partial<RoutedResponse>> | Partial<RoutedResponse> = () => ({})) {
  const calls: { request: ModelRequest; options: RoutedCallOptions }[] = [];
  const router: RoutedModel = {
    async generate(request, options) {
      calls.push({ request, options });
      const change = await answer(request, options, calls.length);
      const attempt = attemptOf({ costUsd: change.costUsd ?? 0.25 });
      options.onAttempt?.(attempt, `decision ${calls.length}`);
      return {
        text: `answer ${calls.length}`, finishReason: 'stop', model: 'test/one', offline: false, usage: usage(5), attempts: [attempt],
        reason: 'the only one', costUsd: 0.25, costStatus: 'known', decisionId: `decision ${calls.length}`, cached: false, ...change,
      };
    },
    async *stream() { throw new Error('not used'); },
    embed: async () => { throw new Error('not used'); },
    explain: async () => { throw new Error('not used'); },
    countTokens: async () => 0,
    learn: async () => {},
    models: () => [],
  };
  return { router, calls };
}

/** A place for one process's worth of stores on a folder that others may share. */
async function openStores(folder: string, options: { leaseMs?: number; now?: () => number } = {}) {
  const records = await createEmbeddedRecords({ folder });
  const queue = createEmbeddedQueue({ folder, leaseMs: options.leaseMs ?? 30_000, ...options.now && { now: options.now } });
  const state = createEmbeddedState({ folder });
  const store = createEmbeddedArtifacts({ folder, expiry: { rules: [], replacedAfterDays: 1 }, links: artifactLinks({ secret: 'of the test', basePath: '/v1/artifacts' }) });
  return {
    records, queue, state, store, artifacts: (tenant: string) => tenantArtifacts(store, tenant),
    async close() {
      await queue.close();
      await state.close();
      await store.close();
      await records.close();
    },
  };
}

/**
 * Builds stores, tasks and workers on a temporary folder, and takes all of it down again. `local`: what is submitted may go to its worker without the way through the queue.
 */
export async function createWorkshop(options: { now?: () => number; leaseMs?: number; local?: boolean } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'aios-tasks-'));
  const closers: (() => Promise<void>)[] = [];
  const logs: { level: string; facts: Readonly<Record<string, unknown>>; message: string }[] = [];
  const log = (level: string) => (facts: Readonly<Record<string, unknown>>, message: string) => void logs.push({ level, facts, message });
  const logger = { info: log('info'), warn: log('warn'), error: log('error') };
  const stores = await openStores(folder, options);
  closers.push(() => stores.close());
  let work: Work = async ({ word }) => ({ said: word });
  const operation: Operation = {
    name: 'work', title: 'Work', description: 'Does what the test says', inputSchema, resultSchema,
    // Any name is as good as another.
    repositoryOf: (input) => `acme/${(input as { word: string }).word}`,
    run: (input, context) => work(input as { word: string; count: number }, context),
  };
  const registry = createRegistry([{ name: 'smith', title: 'Smith', description: 'Does what the test says', operations: [operation] }]);
  const callbackOrigins: string[] = [];
  let localWorker: Worker | undefined;
  const tasks = createTasks({
    ...stores, registry, callbackOrigins, logger, localWorker: () => localWorker, ...options.now && { now: options.now },
  });

  return {
    folder, ...stores, registry, tasks, logger, logs, callbackOrigins,
    onWork(next: Work) { work = next; },
    /** A process's worth of stores on the same folder. */
    async elsewhere() {
      const other = await openStores(folder, options);
      closers.unshift(() => other.close());
      return { ...other, tasks: createTasks({ ...other, registry, callbackOrigins, logger, ...options.now && { now: options.now } }) };
    },
    async worker(change: Partial<WorkerOptions> = {}) {
      const worker = createWorker({
        ...stores, registry, workers: createWorkerRegistry(stores.state.memory), leases: stores.state.leases, keepDays: KEPT_FOR_EVER, sweepArtifacts: async () => 0, workspaces: { create: async () => { throw new Error('not used'); } }, self: SELF,
        router: scriptedRouter().router, logger, callbackOrigins, concurrency: 4, leaseMs: options.leaseMs ?? 30_000,
        retryBaseMs: 1, random: () => 1, ...options.now && { now: options.now }, ...change,
      });
      closers.unshift(() => worker.close({ drainMs: 0 }));
      await worker.start();
      if (options.local) localWorker = worker;
      return worker;
    },
    async close() {
      for (const close of closers) await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Workshop = Awaited<ReturnType<typeof createWorkshop>>;

export interface RequestChange {
  readonly options?: Partial<TaskOptions>;
  readonly callbackUrl?: string;
}

/** What an operation asks a model in a test, and the failure of a service after which its task is tried again. */
export const question: ModelRequest = { purpose: 'smith/work', system: 's', messages: [{ role: 'user', content: 'q' }], maxOutputTokens: 10 };
export const broken = () => new AiosError('github_unavailable', 'No answer.');

/** Submits a task for each word and answers with them once all have ended. */
export async function runAll({ tasks }: Pick<Workshop, 'tasks'>, words: readonly string[], change?: RequestChange) {
  const { batch } = await tasks.submit(requestOf(words, change), { tenant: 't' });
  return (await tasks.batch(batch.id, { waitMs: 10_000 })).tasks;
}

export function requestOf(words: readonly string[], change: RequestChange = {}): BatchRequest {
  return {
    tasks: words.map((word) => ({ agent: 'smith', operation: 'work', input: { word }, options: taskOptionsSchema.parse(change.options ?? {}) })),
    ...change.callbackUrl !== undefined && { callbackUrl: change.callbackUrl },
  };
}

/** A promise that is settled from outside. */
export function gate<Value = void>() {
  return Promise.withResolvers<Value>();
}
