import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Batch } from '../../agent-runtime/src/contract/batch.ts';
import type { BudgetReport } from '../../agent-runtime/src/contract/budget.ts';
import { createLocalWorkspaces } from '../../agent-runtime/src/workspace/local.ts';
import { bubblewrapMissing } from '../sandbox/sandbox-missing.ts';
import { carryOut, type Done } from './carry-out.ts';
import { checkArtifacts } from './check-artifacts.ts';
import { checkBudgets, type Budget } from './check-budgets.ts';
import { checkCallbacks, checkReviews, checkTasks } from './check-effects.ts';
import { checkLedger } from './check-ledger.ts';
import { heldByTheDead, openTasks, pendingCallbacks } from './check-living.ts';
import type { Check } from './checks.ts';
import { createClient, type Client } from './client.ts';
import type { Options } from './options.ts';
import { makePlan } from './plan.ts';
import { CONCURRENCY, type Stage } from './stage.ts';
import { addPullRequests, batchesOf, POOR, workItem } from './work.ts';

/** When the last batch comes, as a share of the time in which things go wrong. */
const SUBMITTED_BY = 0.95;
/** Whoever was killed between telling a callback and writing that down has it for a minute. */
const ENDS_WITHIN_MS = 150_000;
/** A reservation of a dead process lives for a minute, and a dead worker is believed for 15 s. */
const FORGOTTEN_WITHIN_MS = 90_000;
const PROGRESS_MS = 15_000;
const CAUGHT_UP_WITHIN_MS = 15_000;
/** Of a question, about what it really costs. */
const POOR_CALL_USD = 0.0018;

export interface Outcome {
  readonly figures: readonly string[];
  readonly checks: readonly Check[];
}

export function workFor({ seed, tasks }: Options) {
  const sandbox = bubblewrapMissing();
  const items = Array.from({ length: tasks }, (_, index) => workItem(index + 1, { seed, sandbox: sandbox === null }));
  const poor = items.filter(({ kind }) => kind === 'poor').length;
  const budgets: readonly Budget[] = [
    { id: 'everything', workflow: null, limitUsd: tasks * 0.02 },
    // Half of what is wanted of it.
    { id: 'poor', workflow: POOR, limitUsd: Math.max(0.01, poor / 2 * POOR_CALL_USD) },
  ];
  return { items, budgets, sandbox };
}

/** Submits the work while the plan is carried out, waits until all has ended, and looks at what came of it. */
export async function runChaos(
  stage: Stage, options: Options, { items, budgets }: ReturnType<typeof workFor>, { say, detail }: Record<'say' | 'detail', (line: string) => void>,
): Promise<Outcome> {
  const { apis, workers, processes, servers, github, model, receiver, ways, look, repository } = stage;
  addPullRequests(github, items);
  const fronts = apis.map((_, index) => `http://127.0.0.1:${ways.front(index).port}`);
  const client = createClient(fronts);
  const requests = batchesOf(items, { repository: repository.url, callbackUrl: (batch) => `http://127.0.0.1:${ways.callbacks.port}/callback?batch=${batch}` });
  const plan = makePlan({
    seed: options.seed, durationMs: options.durationMs, apis: apis.length, workers: workers.length, servers: [...servers.running.keys()], killsEach: options.killsEach,
  });
  say(`everything runs; ${plan.kills.length} kills and ${plan.spells.length} faults are to come`);

  const beganAt = performance.now();
  const batches = new Map<number, Batch>();
  const submitting = Promise.all(requests.map(async (request, index) => {
    await pause(index / requests.length * options.durationMs * SUBMITTED_BY);
    batches.set(index, await client.submit(request, `batch ${index}`));
  }));
  submitting.catch(() => undefined); // awaited below
  const progress = setInterval(() => say(
    `${batches.size} batches accepted, ${receiver.woken.size} have ended; ${github.reviews.length} reviews, ${model.calls.length} model calls`), PROGRESS_MS);
  let done: Done;
  let calmAt: number;
  try {
    done = await carryOut(plan, { apis, workers, servers, ways, say: detail, isAtWork: () => receiver.woken.size < batches.size });
    calmAt = performance.now();
    say('everything runs again and every way is clear');
    await submitting;
    const timely = await until(ENDS_WITHIN_MS, async () => receiver.woken.size >= batches.size && await openTasks(look) === 0 && await pendingCallbacks(look) === 0);
    say(timely ? 'all has ended' : 'not all has ended');
  } finally {
    clearInterval(progress);
  }
  const endedAt = performance.now();

  const killed = new Map(processes.flatMap((process) => [...process.killed]));
  const held = () => heldByTheDead({ client, workers, look });
  await until(FORGOTTEN_WITHIN_MS, async () => (await held()).length === 0);
  const final = await readBatches(client, requests.flatMap((_, index) => batches.get(index)?.id ?? []));
  const tasks = final.flatMap((batch) => batch.tasks);
  const markOf = new Map(tasks.map((task, index) => [task.id, items[index]?.mark ?? 'none']));
  const ledger = await checkLedger({ look, calls: model.calls, markOf, killed, concurrency: CONCURRENCY });
  const poor = new Set(items.filter(({ kind }) => kind === 'poor').map(({ mark }) => mark));
  const lookAtBudgets = async () => {
    const { budgets: reports } = await client.get<{ budgets: BudgetReport[] }>('/v1/budgets');
    return checkBudgets({ budgets, reports, ledger, workflowOf: (mark) => (poor.has(mark) ? POOR : null) });
  };
  // Whoever sweeps what the dead had reserved asks the ledger afterwards.
  await until(CAUGHT_UP_WITHIN_MS, async () => (await lookAtBudgets()).checks.every(({ problems }) => problems.length === 0));
  const money = await lookAtBudgets();
  const [count] = await look<Record<'batches' | 'tasks' | 'attempts' | 'interruptions', number | string>>(
    'SELECT (SELECT COUNT(*) FROM batches) AS batches, COUNT(*) AS tasks, SUM(attempt) AS attempts, SUM(interruptions) AS interruptions FROM tasks');
  const checks: readonly Check[] = [
    { title: `every victim was killed at least ${options.killsEach} times`, problems: victimsSpared(stage, done, options.killsEach) },
    ...checkTasks(items, final, { batches: Number(count?.batches), tasks: Number(count?.tasks) }),
    checkReviews(items, github.reviews),
    await checkArtifacts(items, tasks, client, fronts[0]!),
    checkCallbacks(final, receiver),
    ...ledger.checks,
    ...money.checks,
    { title: 'only the living are listed, and nothing is held by the dead', problems: await held() },
    { title: 'GitHub and the model were asked as they want to be', problems: [...github.violations.map(({ request, problem }) => `${request}: ${problem}`), ...model.violations()] },
    { title: 'no client was told of a bug', problems: client.wrong },
    { title: 'no process found a bug in itself', problems: await bugsIn(stage.logs) },
    await checkStop(stage),
  ];
  return {
    checks,
    figures: [
      `kills: ${[...done.kills].map(([target, times]) => `${target} ${times}`).join(', ')}; ${done.killsAtWork} met unfinished tasks`,
      `faults: ${[...done.faults].map(([kind, times]) => `${kind} ${times}`).join(', ')}; they met ${ways.met()} connections`,
      `client: ${client.retries()} requests retried, ${client.found()} batches found that had been accepted before`,
      `tasks: ${Number(count?.attempts) - items.length} attempts beyond the first, ${count?.interruptions} taken over from processes that died or lost them`,
      `processes: ${processes.reduce((all, process) => all + process.refusedStarts(), 0)} starts refused while the records were away`,
      `model: ${model.calls.length} calls, ${ledger.answered} answers in the ledger, ${ledger.broken} there at their worst case, ${ledger.lost.length} of killed processes not there`,
      ...money.figures.map((figure) => `budget ${figure}`),
      `effects: ${github.reviews.length} reviews; ${receiver.woken.size} callbacks, ${receiver.repeated()} repeated`,
      `time: ${seconds(calmAt - beganAt)} of chaos, all ended ${seconds(endedAt - calmAt)} later, nothing was held by the dead ${seconds(performance.now() - endedAt)} after that`,
    ],
  };
}

function victimsSpared({ servers }: Stage, { kills }: Done, killsEach: number): readonly string[] {
  return ['api', 'worker', ...servers.running.keys()].flatMap((target) => {
    const times = kills.get(target as Parameters<typeof kills.get>[0]) ?? 0;
    return times < killsEach ? [`${target} was killed ${times} times`] : [];
  });
}

/** What is no outage and no mistake of a user is one of the program's own, and its log has it under this code. */
async function bugsIn(folder: string): Promise<readonly string[]> {
  const logs = await Promise.all((await readdir(folder)).map(async (name) => ({ name, lines: (await readFile(join(folder, name), 'utf8')).split('\n') })));
  return logs.flatMap(({ name, lines }) => lines.filter((line) => line.includes('"code":"internal"')).map((line) => `${name}: ${line}`));
}

/** SIGTERM to all; then what a sweep finds of the working copies of the dead is gone. */
async function checkStop({ processes, workspaces: folder }: Stage): Promise<Check> {
  const codes = await Promise.all(processes.map(async (process) => ({ name: process.name, code: await process.stop() })));
  const workspaces = createLocalWorkspaces({ folder, protocols: ['file'] });
  await workspaces.sweep();
  const { removed } = await workspaces.sweep();
  await workspaces.close();
  return {
    title: 'no process died by itself, and all stopped in order',
    problems: [
      ...processes.flatMap(({ crashes }) => crashes),
      ...codes.filter(({ code }) => code !== 0).map(({ name, code }) => `${name} stopped with exit code ${code}`),
      ...removed > 0 ? [`${removed} working copies could not be removed`] : [],
    ],
  };
}

async function readBatches(client: Client, ids: readonly string[]): Promise<readonly Batch[]> {
  const batches: Batch[] = [];
  for (const id of ids) batches.push(await client.get<Batch>(`/v1/batches/${id}`));
  return batches;
}

async function until(ms: number, holds: () => Promise<boolean>): Promise<boolean> {
  for (const end = performance.now() + ms; performance.now() < end; await pause(500)) if (await holds()) return true;
  return false;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
