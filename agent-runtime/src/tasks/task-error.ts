import type { TaskError } from '../contract/task.ts';
import type { AiosError } from '../errors.ts';

/** An error as a task keeps it. */
export function taskErrorOf(error: AiosError): TaskError {
  return { code: error.code, kind: error.kind, message: error.message };
}
