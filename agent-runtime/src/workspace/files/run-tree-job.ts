import { Worker } from 'node:worker_threads';
import { AiosError } from '../../errors.ts';
import type { SearchMatch } from '../workspace.ts';
import type { TreeAnswers, TreeJob, TreeMessage } from './tree-jobs.ts';

export interface TreeJobResult<K extends TreeJob['kind']> {
  /** Null: the time was over first. */
  readonly answer: TreeAnswers[K] | null;
  readonly matches: readonly SearchMatch[];
}

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './tree-worker.ts' : './tree-worker.js', import.meta.url);
const MEMORY_MB = 512;

/**
 * Runs a job in a thread of its own: a large tree does not hold the runtime up, and a regular expression that never ends is ended
 * with its thread.
 */
export async function runTreeJob<J extends TreeJob>(job: J, timeoutMs: number): Promise<TreeJobResult<J['kind']>> {
  const matches: SearchMatch[] = [];
  const worker = new Worker(WORKER, {
    workerData: job, env: {}, execArgv: ['--disable-warning=ExperimentalWarning'], stdin: false, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const { promise, resolve, reject } = Promise.withResolvers<TreeAnswers[J['kind']] | null>();
  const timer = setTimeout(() => resolve(null), timeoutMs);
  worker.on('message', (message: TreeMessage) => {
    if (message.type === 'matches') matches.push(...message.matches);
    else if (message.type === 'done') resolve(message.answer as TreeAnswers[J['kind']]);
    else reject(failed(message.code, message.message));
  });
  worker.on('error', (error) => reject(failed((error as NodeJS.ErrnoException).code ?? '', error.message)));
  try {
    return { answer: await promise, matches };
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function failed(code: string, message: string): AiosError {
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return new AiosError('workspace_too_large', 'The working copy has more files than the runtime can go through at once.');
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AiosError('store_unavailable', 'The disk of the workspaces is full. Free some space; the runtime tries again by itself.');
  return new AiosError('internal', `A walk through a working copy failed: ${message}. Please report it.`);
}
