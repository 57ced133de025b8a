import type { Generated, Kysely, Selectable, Transaction } from 'kysely';
import type { Decision } from '../../../contract/decision.ts';
import type { CostStatus } from '../../../contract/usage.ts';
import type { TaskEvent } from '../../../contract/event.ts';
import type { TaskStatus } from '../../../contract/task.ts';

export interface BatchTable {
  id: string;
  tenant: string;
  idempotency_key: string | null;
  request_hash: string;
  callback_url: string | null;
  created_at: number;
  ended_at: number | null;
  /** Tasks that have not ended. */
  open_tasks: number;
}

export interface TaskTable {
  id: string;
  batch_id: string;
  position: number;
  agent: string;
  operation: string;
  status: TaskStatus;
  attempt: number;
  max_attempts: number;
  interruptions: number;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  /** When a queued task may run. */
  due_at: number;
  deadline_at: number;
  fence: number;
  lease_owner: string | null;
  lease_until: number | null;
  cancel_requested: number;
  last_seq: number;
  error_code: string | null;
  error_kind: 'user' | 'operational' | 'bug' | null;
  error_message: string | null;
  result: string | null;
}

/** Apart from the task, so that a large input is not rewritten with each heartbeat. */
export interface InputTable {
  task_id: string;
  input: string;
  options: string;
}

export interface EventTable {
  task_id: string;
  seq: number;
  type: TaskEvent['type'];
  at: number;
  data: string;
}

export interface JournalTable {
  task_id: string;
  step: string;
  request_hash: string;
  value: string;
  at: number;
}

export interface ReceiptTable {
  key: string;
  task_id: string;
  fence: number;
  status: 'pending' | 'done';
  result: string | null;
  at: number;
}

export interface LedgerTable {
  id: Generated<number>;
  /** The task that the call was made for, or that its caller named. */
  task_id: string | null;
  decision_id: string | null;
  call_id: string | null;
  tenant: string | null;
  team: string | null;
  agent: string | null;
  workflow: string | null;
  at: number;
  step: string;
  attempt: number;
  model: string;
  provider: string;
  offline: number;
  input: number;
  cache_read: number;
  cache_write_5m: number;
  cache_write_1h: number;
  output: number;
  reasoning: number;
  /** Billionths of a USD; null: the price is unknown. */
  cost_nano_usd: number | null;
  /** What counts against a limit: the cost, or the most it can have been while that is not known. */
  committed_nano_usd: number;
  cost_status: CostStatus;
  duration_ms: number;
  error_code: string | null;
}

/** The outbox: one row for each batch that has ended and has somebody to tell. */
export interface CallbackTable {
  batch_id: string;
  url: string;
  status: 'pending' | 'delivered' | 'failed';
  attempts: number;
  due_at: number;
  created_at: number;
  last_error: string | null;
  lease_token: string | null;
}

/** What a list of decisions is filtered by, beside the decision itself. */
export interface DecisionTable {
  id: string;
  at: number;
  tenant: string;
  team: string | null;
  agent: string | null;
  workflow: string | null;
  task: string | null;
  model: string | null;
  outcome: Decision['outcome'];
  /** Billionths of a USD; null: unknown. */
  cost_nano_usd: number | null;
  /** JSON of a Feedback. */
  feedback: string | null;
  /** Of decision-text.ts. */
  decision: string;
}

export interface StateTable {
  name: string;
  value: string;
  updated_at: number;
}

export interface ScheduleTable {
  id: string;
  tenant: string;
  idempotency_key: string | null;
  request_hash: string;
  /** JSON of ScheduleSettings. */
  settings: string;
  /** JSON of the BatchRequest that each run submits. */
  request: string;
  version: number;
  next_run_at: number | null;
  planned_until: number | null;
  created_at: number;
  updated_at: number;
}

export interface ScheduleRunTable {
  id: string;
  schedule_id: string;
  key: string;
  triggered_by: 'cron' | 'manual';
  status: 'starting' | 'started' | 'skipped' | 'failed';
  at: number;
  until_at: number | null;
  count: number;
  reason: 'missed' | 'overlap' | null;
  batch_id: string | null;
  error_code: string | null;
  error_kind: 'user' | 'operational' | 'bug' | null;
  error_message: string | null;
  created_at: number;
  /** When it is to be submitted, or the lease of whoever is at it ends. */
  due_at: number;
  attempts: number;
  lease_token: string | null;
  /** What it submits, where that is not what its schedule says now. */
  request: string | null;
}

export interface Tables {
  batches: BatchTable;
  tasks: TaskTable;
  inputs: InputTable;
  events: EventTable;
  journal: JournalTable;
  receipts: ReceiptTable;
  ledger: LedgerTable;
  callbacks: CallbackTable;
  decisions: DecisionTable;
  states: StateTable;
  schedules: ScheduleTable;
  schedule_runs: ScheduleRunTable;
}

export type Database = Kysely<Tables>;
export type Statements = Database | Transaction<Tables>;
export type TaskRow = Selectable<TaskTable>;
export type LedgerRow = Selectable<LedgerTable>;
export type ScheduleRow = Selectable<ScheduleTable>;
export type ScheduleRunRow = Selectable<ScheduleRunTable>;
