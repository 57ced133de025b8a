import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Batch } from '../../agent-runtime/src/contract/batch.ts';
import type { Task } from '../../agent-runtime/src/contract/task.ts';
import { startGitHubStandIn } from '../stand-ins/github/start-github-stand-in.ts';
import type { LlmCall } from '../stand-ins/llm/call.ts';
import { defaultAnswer } from '../stand-ins/llm/default-answer.ts';
import { startOpenAiStandIn } from '../stand-ins/llm/openai/start-openai-stand-in.ts';
import { startCallbackReceiver } from './callback-receiver.ts';
import { lookAt } from './look.ts';
import { startRuntime, type RuntimeProcess } from './runtime-process.ts';
import { seededRandom } from './seeded-random.ts';
import type { Servers } from './start-servers.ts';

const KEY = 'crash-test-key-0123456789';

export interface CrashOptions {
  readonly seed: number;
  readonly servers: Servers;
  readonly kills: number;
  /** From the moment it is ready. */
  readonly longestLifeMs: number;
  readonly leaseMs: number;
  /** Tasks that run at once. */
  readonly concurrency: number;
  readonly batches: number;
  readonly tasksPerBatch: number;
}

export type CrashRun = Awaited<ReturnType<typeof prepareCrash>>;

/** A runtime that is killed again and again while tasks are submitted to it, with what stands in for GitHub and the model. */
export async function prepareCrash({ seed, servers, kills, longestLifeMs, leaseMs, concurrency, batches, tasksPerBatch }: CrashOptions) {
  const random = seededRandom(seed);
  const thinking = seededRandom(seed + 1);
  const tasks = batches * tasksPerBatch;
  const itemOf = (number: number) => `item-${number}-of-${seed}`;
  const itemIn = (call: LlmCall) => new RegExp(`item-\\d+-of-${seed}\\b`).exec(JSON.stringify(call.messages))?.[0] ?? 'none';
  const folder = await mkdtemp(join(tmpdir(), 'aios-crash-'));
  const look = lookAt(servers.running.get('postgres')?.url ?? null, folder);
  const github = await startGitHubStandIn();
  for (let number = 1; number <= tasks; number += 2) {
    const patch = `@@ -1,2 +1,3 @@\n one\n+added by ${itemOf(number)}\n two`;
    github.addPullRequest('acme/shop', { number, author: 'ann', files: [{ path: `src/${itemOf(number)}.ts`, status: 'modified', patch }] });
  }
  const model = await startOpenAiStandIn({
    requiresKey: false,
    script: (call) => ({ after: pause(50 + thinking() * 250), then: { text: defaultAnswer(call) } }),
  });
  const receiver = await startCallbackReceiver();
  const environment = {
    AIOS_PORT: '0', AIOS_DATA_DIR: folder, AIOS_API_KEYS: `crash:${KEY}`, AIOS_LEASE_MS: String(leaseMs), AIOS_CONCURRENCY: String(concurrency), AIOS_RETRY_BASE_MS: '50',
    AIOS_CALLBACK_ORIGINS: receiver.origin, OPENAI_BASE_URL: `${model.url}/v1`, OPENAI_MODELS: 'stand-in', OPENAI_MODELS_FREE: 'true',
    GITHUB_TOKEN: github.token, GITHUB_API_URL: github.url,
    ...Object.assign({}, ...[...servers.running.values()].map((server) => server.settings(server.port))) as Record<string, string>,
  };
  const batchIds = new Map<number, string>();
  /** How often the model had been asked for an item when a kill found its answer in the journal. */
  const paid = new Map<string, number>();
  const paidAgain: string[] = [];
  let runtime: RuntimeProcess | undefined;

  function callsByItem(): Map<string, number> {
    return new Map([...Map.groupBy(model.requests, itemIn)].map(([item, calls]) => [item, calls.length]));
  }

  /** Odd items are pull requests to review and publish, even ones are questions. */
  function requestOf(batch: number) {
    const numbers = Array.from({ length: tasksPerBatch }, (_, index) => batch * tasksPerBatch + index + 1);
    return {
      callbackUrl: `${receiver.origin}/callback?token=${batch}`,
      tasks: numbers.map((number) => (number % 2 === 1
        ? { agent: 'cto', operation: 'review-pull-request', input: { pullRequest: { owner: 'acme', repository: 'shop', number }, publish: true } }
        : { agent: 'cto', operation: 'ask', input: { question: `${itemOf(number)} what is it?` } })),
    };
  }

  async function call<Body>({ url }: RuntimeProcess, path: string, init: RequestInit): Promise<Body> {
    const response = await fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...init.headers } });
    const text = await response.text();
    if (!response.ok) throw new Error(`HTTP ${response.status}: ${text}`);
    return JSON.parse(text) as Body;
  }

  /** Submits the batches up to `upTo` that have not been accepted for certain, as a client that repeats lost requests. */
  async function submitMissing(to: RuntimeProcess, upTo: number): Promise<void> {
    for (let number = 0; number < Math.min(upTo, batches); number += 1) {
      if (batchIds.has(number)) continue;
      try {
        const batch = await call<Batch>(to, '/v1/batches', {
          method: 'POST', headers: { 'idempotency-key': `batch ${number}` }, body: JSON.stringify(requestOf(number)),
        });
        batchIds.set(number, batch.id);
      } catch (error) {
        if (!(error as Error).message.startsWith('fetch failed') && (error as Error).name !== 'TypeError') throw error;
        return; // killed: the next life gets the same request again
      }
    }
  }

  /** Items whose model answer is in the journal, and how many tasks have not ended. Read while no runtime runs. */
  async function readRecords() {
    const answered = await look<{ input: string }>("SELECT DISTINCT inputs.input FROM events JOIN inputs USING (task_id) WHERE type = 'model-answered'");
    const [open] = await look<{ count: number | string }>("SELECT COUNT(*) AS count FROM tasks WHERE status IN ('queued', 'running')");
    return { journalled: answered.map(({ input }) => itemOfInput(JSON.parse(input) as Parameters<typeof itemOfInput>[0])), open: Number(open?.count) };
  }

  function itemOfInput(input: { question?: string; pullRequest?: { number: number } }): string {
    return input.pullRequest ? itemOf(input.pullRequest.number) : input.question?.split(' ')[0] ?? 'none';
  }

  return {
    tasks, github, model, receiver, batchIds, itemIn, callsByItem,
    /** Lives of the runtime, each killed at a random moment. Answers how many kills met unfinished tasks. */
    async killAll(): Promise<number> {
      let killsAtWork = 0;
      for (let life = 0; life < kills; life += 1) {
        const alive = runtime = await startRuntime(environment);
        const moment = pause(random() * longestLifeMs);
        const submissions = submitMissing(alive, Math.ceil(((life + 1) / kills) * 1.5 * batches));
        await moment;
        await alive.kill();
        await submissions;
        const { journalled, open } = await readRecords();
        if (open > 0) killsAtWork += 1;
        const calls = callsByItem();
        for (const item of journalled) {
          const count = calls.get(item) ?? 0;
          if (count > (paid.get(item) ?? count)) paidAgain.push(item);
          if (!paid.has(item)) paid.set(item, count);
        }
      }
      return killsAtWork;
    },
    /** The last life, in which all ends. Answers the batches, and all tasks that are listed. */
    async finish(): Promise<{ readonly batches: readonly Batch[]; readonly listed: readonly Task[] }> {
      const last = runtime = await startRuntime(environment);
      await submitMissing(last, batches);
      await receiver.received(batches);
      const ended = await Promise.all([...batchIds.values()].map((id) => call<Batch>(last, `/v1/batches/${id}`, { method: 'GET' })));
      const listed: Task[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: { tasks: Task[]; nextCursor: string | null } = await call(last, `/v1/tasks?limit=100${cursor && `&cursor=${cursor}`}`, { method: 'GET' });
        listed.push(...page.tasks);
        cursor = page.nextCursor;
      }
      return { batches: ended, listed };
    },
    /** Items that were asked again although their answer was in the journal. */
    paidAgain(): readonly string[] {
      const calls = callsByItem();
      return [...paidAgain, ...[...paid].filter(([item, count]) => (calls.get(item) ?? 0) > count).map(([item]) => item)];
    },
    /** SIGTERM; answers the exit code. */
    stop: () => runtime!.stop(),
    async close() {
      await runtime?.kill();
      await receiver.close();
      await model.close();
      await github.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
