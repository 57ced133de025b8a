import type { BatchRequest } from '../../agent-runtime/src/contract/batch.ts';
import type { Task, TaskRequest } from '../../agent-runtime/src/contract/task.ts';
import type { GitHubStandIn } from '../stand-ins/github/start-github-stand-in.ts';

export const TASKS_PER_BATCH = 10;
/** A workflow whose budget does not suffice. */
export const POOR = 'poor';
const REPOSITORIES = 20;

/** Enough for all that a few minutes of this can do to one task. */
const OPTIONS = { maxAttempts: 20, deadlineMs: 3_600_000 };

/** The file that a command makes and keeps. */
export const REPORT = 'out/report.txt';

/**
 * `review`: posts a review of a pull request of its own. `same`: wants to review the pull request of the task before it.
 * `missing`: a pull request that is not there. `poor`: a question on a budget that is too small for all of them. `command`:
 * runs a program in the sandbox and keeps what it makes.
 */
export type Kind = 'review' | 'same' | 'missing' | 'poor' | 'command';

export interface WorkItem {
  /** From 1. */
  readonly number: number;
  readonly kind: Kind;
  /** By which it is found in what the model is asked. Those of one pull request share it. */
  readonly mark: string;
  readonly repository: string;
  readonly pullRequest: number;
}

/** `sandbox`: commands can be run here. */
export function workItem(number: number, { seed, sandbox }: { readonly seed: number; readonly sandbox: boolean }): WorkItem {
  const kind: Kind = number % 20 === 0 ? 'poor' : number % 50 === 7 ? 'missing' : number % 40 === 14 ? 'same'
    : sandbox && number % 40 === 2 ? 'command' : 'review';
  const subject = kind === 'same' ? number - 1 : number;
  return { number, kind, mark: `item-${subject}-of-${seed}`, repository: `shop-${subject % REPOSITORIES}`, pullRequest: subject };
}

/** What the mark is found by. */
export function markIn(text: string, seed: number): string | null {
  return new RegExp(`item-\\d+-of-${seed}\\b`).exec(text)?.[0] ?? null;
}

export function addPullRequests(github: GitHubStandIn, items: readonly WorkItem[]): void {
  for (const { kind, mark, repository, pullRequest } of items) {
    if (kind !== 'review') continue;
    const patch = `@@ -1,2 +1,3 @@\n one\n+added by ${mark}\n two`;
    github.addPullRequest(`acme/${repository}`, { number: pullRequest, author: 'ann', files: [{ path: `src/${mark}.ts`, status: 'modified', patch }] });
  }
}

/** The batches of all items, in order. */
export function batchesOf(
  items: readonly WorkItem[], places: { readonly repository: string; readonly callbackUrl: (batch: number) => string },
): readonly BatchRequest[] {
  const batches = Array.from({ length: Math.ceil(items.length / TASKS_PER_BATCH) }, (_, index) => items.slice(index * TASKS_PER_BATCH, (index + 1) * TASKS_PER_BATCH));
  return batches.map((own, batch) => ({ callbackUrl: places.callbackUrl(batch), tasks: own.map((item) => requestOf(item, places.repository)) }));
}

function requestOf({ kind, mark, repository, pullRequest }: WorkItem, url: string): TaskRequest {
  if (kind === 'command') {
    const command = ['sh', '-c', `mkdir -p out && echo ${mark} > ${REPORT}`];
    return { agent: 'devops', operation: 'run-command', input: { repository: url, revision: 'main', command, keep: [REPORT] }, options: OPTIONS };
  }
  if (kind === 'poor') {
    return { agent: 'cto', operation: 'ask', input: { question: `${mark} what is it?` }, options: { ...OPTIONS, workflow: POOR } };
  }
  return {
    agent: 'cto', operation: 'review-pull-request', options: OPTIONS,
    input: { pullRequest: { owner: 'acme', repository, number: pullRequest }, publish: true },
  };
}

/** Null: the task has ended as it should. */
export function wrongEnd({ kind }: WorkItem, task: Pick<Task, 'status' | 'error' | 'result'>): string | null {
  const is = `${task.status}${task.error ? ` (${task.error.code}: ${task.error.message})` : ''}`;
  if (kind === 'missing') return task.status === 'failed' && task.error?.code === 'github_not_found' ? null : is;
  if (kind === 'poor' && task.status === 'failed' && task.error?.code === 'budget_exceeded') return null;
  return task.status === 'succeeded' ? null : is;
}
