import type { TaskEvent } from '../../../contract/event.ts';
import { insertRows } from './prepared.ts';
import { isoTime } from './task-view.ts';
import type { Statements } from './tables.ts';

export interface NewEvent {
  readonly taskId: string;
  /** Given by the update of the task's `last_seq` in the same transaction. */
  readonly seq: number;
  readonly type: TaskEvent['type'];
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export async function appendEvents(statements: Statements, events: readonly NewEvent[]): Promise<void> {
  await insertRows(statements, 'events', events.map((event) => ({
    task_id: event.taskId, seq: event.seq, type: event.type, at: event.at, data: JSON.stringify(event.data),
  })));
}

export async function eventsAfter(statements: Statements, taskId: string, afterSeq: number): Promise<readonly TaskEvent[]> {
  const rows = await statements.selectFrom('events').selectAll()
    .where('task_id', '=', taskId).where('seq', '>', afterSeq).orderBy('seq').execute();
  return rows.map((row) => ({
    taskId: row.task_id, seq: row.seq, type: row.type, at: isoTime(row.at), data: JSON.parse(row.data) as Record<string, unknown>,
  }));
}
