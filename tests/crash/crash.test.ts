import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Batch } from '../../agent-runtime/src/contract/batch.ts';
import type { Task } from '../../agent-runtime/src/contract/task.ts';
import { startGitHubStandIn, type GitHubStandIn } from '../stand-ins/github/start-github-stand-in.ts';
import type { LlmCall } from '../stand-ins/llm/call.ts';
import { defaultAnswer } from '../stand-ins/llm/default-answer.ts';
import { startOpenAiStandIn } from '../stand-ins/llm/openai/start-openai-stand-in.ts';
import type { LlmStandIn } from '../stand-ins/llm/stand-in.ts';
import { startCallbackReceiver } from './callback-receiver.ts';
import { startRuntime, type RuntimeProcess } from './runtime-process.ts';
import { seededRandom } from './seeded-random.ts';

const KILLS = 20;
/** From the moment it is ready. */
const LONGEST_LIFE_MS = 1_500;
const BATCHES = 20;
const TASKS_PER_BATCH = 10;
const TASKS = BATCHES * TASKS_PER_BATCH;
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
const random = seededRandom(seed);

let folder: string;
let github: GitHubStandIn;
let model: LlmStandIn;
let receiver: Awaited<ReturnType<typeof startCallbackReceiver>>;
let environment: Record<string, string>;
let runtime: RuntimeProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aios-crash-'));
  github = await startGitHubStandIn();
  for (let number = 1; number <= TASKS; number += 2) {
    const patch = `@@ -1,2 +1,3 @@\n one\n+added by ${itemOf(number)}\n two`;
    github.addPullRequest('acme/shop', { number, author: 'ann', files: [{ path: `src/${itemOf(number)}.ts`, status: 'modified', patch }] });
  }
  const thinking = seededRandom(seed + 1);
  model = await startOpenAiStandIn({
    requiresKey: false,
    script: (call) => ({ after: pause(50 + thinking() * 250), then: { text: defaultAnswer(call) } }),
  });
  receiver = await startCallbackReceiver();
  environment = {
    AIOS_PORT: '0', AIOS_DATA_DIR: folder, AIOS_API_KEYS: 'crash:crash-test-key-0123456789', AIOS_LEASE_MS: '1500', AIOS_RETRY_BASE_MS: '50',
    AIOS_CALLBACK_ORIGINS: receiver.origin, OPENAI_BASE_URL: `${model.url}/v1`, OPENAI_MODELS: 'stand-in', OPENAI_MODELS_FREE: 'true',
    GITHUB_TOKEN: github.token, GITHUB_API_URL: github.url,
  };
});

afterEach(async () => {
  await runtime?.kill();
  await receiver.close();
  await model.close();
  await github.close();
  await rm(folder, { recursive: true, force: true });
});

test(`${TASKS} tasks survive ${KILLS} kills (CRASH_SEED=${seed})`, async () => {
  console.log(`CRASH_SEED=${seed}`);
  const batchIds = new Map<number, string>();
  /** How often the model had been asked for an item when a kill found its answer in the journal. */
  const paid = new Map<string, number>();
  const paidAgain: string[] = [];
  let killsAtWork = 0;

  for (let life = 0; life < KILLS; life += 1) {
    const alive = runtime = await startRuntime(environment);
    const moment = pause(random() * LONGEST_LIFE_MS);
    const submissions = submitMissing(alive, batchIds, Math.ceil(((life + 1) / KILLS) * 1.5 * BATCHES));
    await moment;
    await alive.kill();
    await submissions;
    const { journalled, open } = readFolder();
    if (open > 0) killsAtWork += 1;
    const calls = callsByItem();
    for (const item of journalled) {
      const count = calls.get(item) ?? 0;
      if (count > (paid.get(item) ?? count)) paidAgain.push(item);
      if (!paid.has(item)) paid.set(item, count);
    }
  }

  const last = runtime = await startRuntime(environment);
  await submitMissing(last, batchIds, BATCHES);
  await receiver.received(BATCHES);
  const batches = await Promise.all([...batchIds.values()].map((id) => get<Batch>(last, `/v1/batches/${id}`)));
  const tasks = batches.flatMap((batch) => batch.tasks);
  expect(await listAll(last)).toHaveLength(TASKS);
  expect(tasks.filter((task) => task.status !== 'succeeded').map((task) => [task.id, task.status, task.error])).toEqual([]);
  expect(new Set(tasks.map((task) => task.id)).size).toBe(TASKS);

  const reviews = Map.groupBy(github.reviews, (review) => review.number);
  expect([...reviews.values()].filter((of) => of.length !== 1)).toEqual([]);
  expect(reviews.size).toBe(TASKS / 2);
  expect(github.violations).toEqual([]);

  const calls = callsByItem();
  for (const [item, count] of paid) if ((calls.get(item) ?? 0) > count) paidAgain.push(item);
  expect(paidAgain).toEqual([]);
  expect(new Set(model.requests.map((call) => `${itemIn(call)} ${call.contentHash}`)).size).toBe(TASKS);
  expect(tasks.filter((task) => task.spend.calls !== 1).map((task) => [task.id, task.spend.calls])).toEqual([]);

  expect([...receiver.woken.keys()].toSorted()).toEqual([...batchIds.values()].toSorted());
  for (const { tasks: outcomes } of receiver.woken.values()) expect(outcomes.map(({ index }) => index)).toEqual([...outcomes.keys()]);
  console.log(`${killsAtWork} of ${KILLS} kills met unfinished tasks; ${model.requests.length} model calls for ${TASKS} tasks; ` +
    `${github.reviews.length} reviews; ${receiver.woken.size} callbacks, ${receiver.repeated()} of them repeated`);
  expect(killsAtWork).toBeGreaterThanOrEqual(KILLS * 0.8);
  expect(await last.stop()).toBe(0);
}, 240_000);

function itemOf(number: number): string {
  return `item-${number}-of-${seed}`;
}

function itemIn(call: LlmCall): string {
  return new RegExp(`item-\\d+-of-${seed}`).exec(JSON.stringify(call.messages))?.[0] ?? 'none';
}

function callsByItem(): Map<string, number> {
  return new Map([...Map.groupBy(model.requests, itemIn)].map(([item, calls]) => [item, calls.length]));
}

/** Items whose model answer is in the journal, and how many tasks have not ended. Read while no runtime runs. */
function readFolder(): { readonly journalled: readonly string[]; readonly open: number } {
  const database = new DatabaseSync(join(folder, 'records.db'));
  try {
    const answered = database.prepare(`SELECT DISTINCT inputs.input FROM events JOIN inputs USING (task_id) WHERE type = 'model-answered'`).all();
    const open = database.prepare(`SELECT COUNT(*) AS count FROM tasks WHERE status IN ('queued', 'running')`).get();
    return { journalled: answered.map((row) => itemOfInput(JSON.parse(String(row.input)))), open: Number(open?.count) };
  } finally {
    database.close();
  }
}

function itemOfInput(input: { question?: string; pullRequest?: { number: number } }): string {
  return input.pullRequest ? itemOf(input.pullRequest.number) : input.question?.split(' ')[0] ?? 'none';
}

/** Submits the batches up to `upTo` that have not been accepted for certain, as a client that repeats lost requests. */
async function submitMissing(runtime: RuntimeProcess, batchIds: Map<number, string>, upTo: number): Promise<void> {
  for (let number = 0; number < Math.min(upTo, BATCHES); number += 1) {
    if (batchIds.has(number)) continue;
    try {
      const batch = await call<Batch>(runtime, '/v1/batches', {
        method: 'POST', headers: { 'idempotency-key': `batch ${number}` }, body: JSON.stringify(requestOf(number)),
      });
      batchIds.set(number, batch.id);
    } catch (error) {
      if (!(error as Error).message.startsWith('fetch failed') && (error as Error).name !== 'TypeError') throw error;
      return; // killed: the next life gets the same request again
    }
  }
}

/** Odd items are pull requests to review and publish, even ones are questions. */
function requestOf(batch: number) {
  const numbers = Array.from({ length: TASKS_PER_BATCH }, (_, index) => batch * TASKS_PER_BATCH + index + 1);
  return {
    callbackUrl: `${receiver.origin}/callback?token=${batch}`,
    tasks: numbers.map((number) => (number % 2 === 1
      ? { agent: 'cto', operation: 'review-pull-request', input: { pullRequest: { owner: 'acme', repository: 'shop', number }, publish: true } }
      : { agent: 'cto', operation: 'ask', input: { question: `${itemOf(number)} what is it?` } })),
  };
}

async function call<Body>(runtime: RuntimeProcess, path: string, init: RequestInit): Promise<Body> {
  const response = await fetch(`${runtime.url}${path}`, {
    ...init, headers: { authorization: 'Bearer crash-test-key-0123456789', 'content-type': 'application/json', ...init.headers },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${text}`);
  return JSON.parse(text) as Body;
}

function get<Body>(runtime: RuntimeProcess, path: string): Promise<Body> {
  return call<Body>(runtime, path, { method: 'GET' });
}

async function listAll(runtime: RuntimeProcess): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for (let cursor = ''; ;) {
    const page = await get<{ tasks: Task[]; nextCursor: string | null }>(runtime, `/v1/tasks?limit=100${cursor && `&cursor=${cursor}`}`);
    tasks.push(...page.tasks);
    if (page.nextCursor === null) return tasks;
    cursor = page.nextCursor;
  }
}
