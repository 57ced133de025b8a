import type { BudgetRule, BudgetSubject } from '../../contract/budget.ts';
import type { Scope } from '../../contract/decision.ts';
import type { BudgetAccount } from '../../stores/state/budget-store.ts';
import type { BudgetStatus } from './budgets.ts';
import { atLeastNano, toNano, toUsd } from './money.ts';
import { periodClock, type Period } from './period.ts';

const DEFAULT_CHEAPEN_AT = 0.8;
/** Accounts of one rule that are kept ready; a rule for each task has no end of them. */
const KEPT_ACCOUNTS = 10_000;
const LATEST = 8_640_000_000_000_000;

export const SUBJECT_FIELDS = {
  team: 'team', key: 'tenant', agent: 'agent', workflow: 'workflow', task: 'task',
} as const satisfies Record<Exclude<BudgetSubject, 'organisation'>, keyof Scope>;

/** One rule's pot for one subject in the period under way. */
export interface RuleAccount extends BudgetAccount {
  readonly rule: BudgetRule;
  /** Null: the organisation. */
  readonly name: string | null;
  readonly period: Period;
  readonly ruleLimitNanoUsd: number;
  readonly cheapenAtNanoUsd: number;
  /** What the store said of it last, and this process has done to it since. */
  seen: { readonly spentNanoUsd: number; readonly reservedNanoUsd: number; /** On a clock that never goes back. */ readonly atMs: number } | null;
  /** What has been said in the log of a soft one: nothing, that its threshold or that its limit was passed. */
  warned: 0 | 1 | 2;
  /** It has been seen to that it counts what was spent while its rule was not there. */
  isCaughtUp: boolean;
}

/** A rule made ready for calls. */
export interface ReadyRule {
  readonly rule: BudgetRule;
  appliesTo(scope: Scope): boolean;
  /** Null: it does not apply. */
  accountOf(scope: Scope, now: number): RuleAccount | null;
  accountNamed(name: string | null, now: number): RuleAccount;
  period(now: number): Period;
}

export function readyRule(rule: BudgetRule): ReadyRule {
  const period = periodClock(rule.period, rule.timeZone);
  const field = rule.subject === 'organisation' ? null : SUBJECT_FIELDS[rule.subject];
  const limit = toNano(rule.limitUsd);
  const cheapenAtNanoUsd = rule.mode === 'hard' ? Infinity : atLeastNano(rule.limitUsd * (rule.cheapenAt ?? DEFAULT_CHEAPEN_AT));
  const accounts = new Map<string | null, RuleAccount>();

  function accountNamed(name: string | null, now: number): RuleAccount {
    const kept = accounts.get(name);
    const current = period(now);
    if (kept?.period === current) return kept;
    if (accounts.size >= KEPT_ACCOUNTS) accounts.clear();
    const account = {
      key: accountKey(rule, name, current), limitNanoUsd: rule.mode === 'hard' ? limit : null, endsAt: current.endsAt,
      rule, name, period: current, ruleLimitNanoUsd: limit, cheapenAtNanoUsd, seen: null, warned: 0 as const, isCaughtUp: false,
    };
    accounts.set(name, account);
    return account;
  }

  function appliesTo(scope: Scope): boolean {
    return field === null || (rule.name === undefined ? scope[field] !== undefined : scope[field] === rule.name);
  }

  return {
    rule, appliesTo, accountNamed, period,
    accountOf: (scope, now) => (appliesTo(scope) ? accountNamed(field === null ? null : scope[field] ?? null, now) : null),
  };
}

export function statusOf(account: RuleAccount, totals: { readonly spentNanoUsd: number; readonly reservedNanoUsd: number }): BudgetStatus {
  const used = totals.spentNanoUsd + totals.reservedNanoUsd;
  return {
    id: account.rule.id,
    period: account.period.label,
    limitUsd: account.rule.limitUsd,
    spentUsd: toUsd(totals.spentNanoUsd),
    reservedUsd: toUsd(totals.reservedNanoUsd),
    remainingUsd: toUsd(Math.max(0, account.ruleLimitNanoUsd - used)),
    hard: account.rule.mode === 'hard',
    cheapen: used >= account.cheapenAtNanoUsd,
  };
}

/** `agents-daily|agent:cto|2026-11-22T00:00:00.000Z/2026-11-23T00:00:00.000Z`: all that is needed to find its calls in the ledger. */
function accountKey({ id, subject }: BudgetRule, name: string | null, { startsAt, endsAt }: Period): string {
  const interval = startsAt === null || endsAt === null ? 'total' : `${new Date(startsAt).toISOString()}/${new Date(endsAt).toISOString()}`;
  return `${id}|${subject}${name === null ? '' : `:${encodeURIComponent(name)}`}|${interval}`;
}

/** Whose calls an account counts, and from when to when. */
export function readAccountKey(key: string): { readonly scope: Partial<Scope>; readonly from: number; readonly to: number } {
  const [, subjectAndName = '', interval = ''] = key.split('|');
  const [subject = '', name] = subjectAndName.split(':');
  const [from, to] = interval === 'total' ? [0, LATEST] : interval.split('/').map((time) => Date.parse(time));
  const field = subject in SUBJECT_FIELDS ? SUBJECT_FIELDS[subject as keyof typeof SUBJECT_FIELDS] : null;
  return {
    scope: field === null || name === undefined ? {} : { [field]: decodeURIComponent(name) },
    from: from ?? 0, to: to ?? LATEST,
  };
}
