import type { Decision, Scope } from '../../contract/decision.ts';
import type { Cost, Usage } from '../../contract/usage.ts';

const TIME_DIGITS = 9;

/**
 * The first part of the ids of decisions made at that time (ms since 1970): `dec_0mwyu9sol`. Ids sort by it, so that a list by
 * time needs no index of its own.
 */
export function decisionIdAt(at: number): string {
  return `dec_${at.toString(36).padStart(TIME_DIGITS, '0')}`;
}

/** One upstream call as the ledger has it, apart from whose it is. */
export interface CallCharge extends Cost {
  readonly model: string;
  readonly provider: string;
  readonly offline: boolean;
  readonly usage: Usage;
  readonly durationMs: number;
  readonly errorCode: string | null;
  /** As in a ModelAttempt. */
  readonly worstCaseUsd?: number | null;
}

export interface KeptDecision {
  /** Its id begins with the `decisionIdAt` of its `at`. */
  readonly decision: Decision;
  /** Calls to put into the ledger with it. Empty for a task's decision: its run charges the task, in the commit of its journal. */
  readonly charges: readonly CallCharge[];
}

export interface DecisionFilter {
  readonly tenant?: string;
  readonly task?: string;
  readonly model?: string;
  readonly limit: number;
  /** Id of the last one of the page before; newest first. */
  readonly after?: string;
}

/** What a spend report can be grouped by. */
export type SpendDimension = 'day' | 'model' | 'provider' | 'tenant' | 'team' | 'agent' | 'workflow' | 'task';

export interface SpendQuery {
  /** ms since 1970; `to` is not included. */
  readonly from: number;
  readonly to: number;
  readonly groupBy: readonly SpendDimension[];
  /** Only calls of these. */
  readonly where?: Partial<Record<Exclude<SpendDimension, 'day'>, string>>;
}

export interface SpendRow {
  /** By dimension, in the order asked for; null: the calls had none. */
  readonly group: Readonly<Partial<Record<SpendDimension, string | null>>>;
  readonly calls: number;
  readonly failedCalls: number;
  readonly usage: Usage;
  /** Sum of the known costs, in USD. */
  readonly costUsd: number;
  /** Calls whose cost is not known, and the most they can have cost. */
  readonly unknownCostCalls: number;
  readonly worstCaseUsd: number;
  readonly durationMs: number;
}

/** A person's word on an answer. */
export interface Feedback {
  /** 1 is good, 0 is not. */
  readonly score: number;
  readonly comment: string | null;
  /** ms since 1970 */
  readonly at: number;
}

/** What is durably known of routed requests: decisions, the ledger's view of spend, and what the router has learnt. */
/** `nowhere`: there is no such decision. Of several at the same moment one is the first. */
export type FeedbackKept = 'first' | 'again' | 'nowhere';

export interface RoutingRecords {
  /** All of them in one commit. A decision kept before is left as it is. */
  keep(decisions: readonly KeptDecision[]): Promise<void>;
  find(id: string): Promise<Decision | null>;
  list(filter: DecisionFilter): Promise<readonly Decision[]>;
  spend(query: SpendQuery): Promise<readonly SpendRow[]>;
  /** Billionths of a USD that count against a budget's account: known costs, and unknown ones at their worst case. */
  committedNanoUsd(scope: Partial<Scope>, from: number, to: number): Promise<number>;
  /** A named JSON value, such as the learner's; null: never saved. */
  loadState(name: string): Promise<unknown>;
  saveState(name: string, value: unknown, now: number): Promise<void>;
  /** Changes it in one transaction, so that two processes don't undo each other's change. Answers what it is then. */
  changeState(name: string, change: (value: unknown) => unknown, now: number): Promise<unknown>;
  /** Keeps what a person says of a decision's answer, in the place of what was said before. */
  saveFeedback(decisionId: string, feedback: Feedback): Promise<FeedbackKept>;
  /** Null: nobody has said anything. */
  feedback(decisionId: string): Promise<Feedback | null>;
  /** Forgets decisions (never ledger rows) made before that time, at most `limit` a call; answers how many. */
  forgetDecisions(before: number, limit: number): Promise<number>;
}
