import { isDeepStrictEqual } from 'node:util';
import type { Batch, BatchOutcome } from '../../agent-runtime/src/contract/batch.ts';
import type { ReviewState } from '../stand-ins/github/state.ts';
import type { Check } from './checks.ts';
import { wrongEnd, type WorkItem } from './work.ts';

/** Tasks in the order of their items. */
export function checkTasks(items: readonly WorkItem[], batches: readonly Batch[], kept: { readonly batches: number; readonly tasks: number }): readonly Check[] {
  const tasks = batches.flatMap((batch) => batch.tasks);
  const ids = new Set(tasks.map((task) => task.id));
  return [{
    title: `each of ${batches.length} batches was accepted once, however often it was submitted`,
    problems: kept.batches === batches.length && kept.tasks === items.length && ids.size === items.length ? []
      : [`the records have ${kept.batches} batches with ${kept.tasks} tasks, ${ids.size} of ${items.length} were told to the client`],
  }, {
    title: `each of ${items.length} accepted tasks ended as it should`,
    problems: items.flatMap((item, index) => {
      const task = tasks[index];
      const wrong = task ? wrongEnd(item, task) : 'was never accepted';
      return wrong === null ? [] : [`${item.kind} ${item.mark} ${task?.id} is ${wrong}`];
    }),
  }];
}

/** One review for each pull request, whoever was killed while it was posted. */
export function checkReviews(items: readonly WorkItem[], reviews: readonly ReviewState[]): Check {
  const wanted = items.filter(({ kind }) => kind === 'review');
  const posted = Map.groupBy(reviews, ({ repository, number, commitId }) => `${repository}#${number}@${commitId}`);
  const reviewed = new Set(reviews.map(({ repository, number }) => `${repository}#${number}`));
  return {
    title: `each of ${wanted.length} pull requests was reviewed once`,
    problems: [
      ...wanted.filter(({ repository, pullRequest }) => !reviewed.has(`acme/${repository}#${pullRequest}`)).map(({ mark }) => `${mark} has no review`),
      ...[...posted].filter(([, own]) => own.length > 1).map(([head, own]) => `${head} has ${own.length} reviews, at ${own.map(({ submittedAt }) => submittedAt).join(' and ')}`),
      ...reviewed.size === wanted.length ? [] : [`${reviewed.size} pull requests have one`],
    ],
  };
}

export interface Told {
  readonly woken: ReadonlyMap<string, BatchOutcome>;
  /** Batches that were told one thing first and another later. */
  readonly changed: readonly string[];
}

export function checkCallbacks(batches: readonly Batch[], { woken, changed }: Told): Check {
  return {
    title: `each of ${batches.length} callbacks was delivered, and what it told did not change`,
    problems: [
      ...changed.map((id) => `${id} was told twice, not the same`),
      ...batches.filter(({ id }) => !woken.has(id)).map(({ id, callback }) => `${id} was not told (${JSON.stringify(callback)})`),
      ...batches.filter((batch) => woken.has(batch.id) && !isDeepStrictEqual(woken.get(batch.id), outcomeOf(batch))).map(({ id }) => `${id} was told what its tasks are not`),
      ...[...woken.keys()].filter((id) => !batches.some((batch) => batch.id === id)).map((id) => `${id} is no batch of ours`),
      ...batches.filter(({ callback }) => callback.status !== 'delivered').map(({ id, callback }) => `${id} is ${callback.status} in the records`),
    ],
  };
}

function outcomeOf({ id, tasks }: Batch): BatchOutcome {
  return { batchId: id, tasks: tasks.map(({ id: taskId, index, status, result, error }) => ({ id: taskId, index, status, result, error })) };
}
