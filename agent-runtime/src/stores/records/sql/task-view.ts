import type { Task } from '../../../contract/task.ts';
import type { ModelReport } from '../../../contract/usage.ts';
import type { TaskRow } from './tables.ts';

/** A row as the API shows it. */
export function taskView(row: TaskRow, spend: ModelReport): Task {
  return {
    id: row.id,
    batchId: row.batch_id,
    index: row.position,
    agent: row.agent,
    operation: row.operation,
    status: row.status,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    createdAt: isoTime(row.created_at),
    startedAt: row.started_at === null ? null : isoTime(row.started_at),
    endedAt: row.ended_at === null ? null : isoTime(row.ended_at),
    nextAttemptAt: row.status === 'queued' && row.attempt > 0 ? isoTime(row.due_at) : null,
    result: row.result === null ? null : JSON.parse(row.result) as Record<string, unknown>,
    error: taskError(row),
    spend: row.interruptions > 0 ? atLeast(spend) : spend,
  };
}

/** What was called for when a worker died is in no ledger: the provider may have billed it all the same. */
function atLeast(spend: ModelReport): ModelReport {
  return spend.costUsd === null ? spend : { ...spend, costStatus: 'estimated' };
}

export function taskError(row: Pick<TaskRow, 'error_code' | 'error_kind' | 'error_message'>): Task['error'] {
  if (row.error_code === null) return null;
  return { code: row.error_code, kind: row.error_kind ?? 'bug', message: row.error_message ?? '' };
}

export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
