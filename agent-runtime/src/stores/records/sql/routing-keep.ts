import { CompiledQuery } from 'kysely';
import type { Decision } from '../../../contract/decision.ts';
import type { ErrorCode } from '../../../errors.ts';
import type { KeptDecision } from '../routing-records.ts';
import { decisionText } from './decision-text.ts';
import { transact } from './engine.ts';
import { ledgerRow } from './ledger.ts';
import type { Database, Statements } from './tables.ts';

const NANO = 1_000_000_000;
/** Rows of one statement: each number has its own, prepared once. */
const STEPS = [32, 8, 1] as const;

type Row = Readonly<Record<string, unknown>>;

/**
 * Decisions and their charges in one commit. What was kept before, charges included, is left as it is; that is rare, so it
 * is only looked for when fewer rows than expected went in.
 */
export async function keepDecisions(database: Database, kept: readonly KeptDecision[]): Promise<void> {
  if (kept.length === 0) return;
  try {
    await transact(database, async (transaction) => {
      if (await insertDecisions(transaction, kept) < kept.length) throw new KnownBefore();
      await insertCharges(transaction, kept);
    });
  } catch (error) {
    if (!(error instanceof KnownBefore)) throw error;
    const unique = [...new Map(kept.toReversed().map((one) => [one.decision.id, one])).values()].toReversed();
    await transact(database, async (transaction) => {
      for (const one of unique) if (await insertDecisions(transaction, [one]) > 0) await insertCharges(transaction, [one]);
    });
  }
}

class KnownBefore extends Error {}

export interface Insert {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What writes the decisions and their charges: a row for each of both, but for a decision that is there already. */
export function keepInserts(statements: Statements, kept: readonly KeptDecision[]): readonly Insert[] {
  return [...decisionInserts(statements, kept), ...chargeInserts(statements, kept)];
}

/** Answers how many were new. */
function insertDecisions(statements: Statements, kept: readonly KeptDecision[]): Promise<number> {
  return run(statements, decisionInserts(statements, kept));
}

async function insertCharges(statements: Statements, kept: readonly KeptDecision[]): Promise<void> {
  await run(statements, chargeInserts(statements, kept));
}

/** Answers how many rows went in. */
async function run(statements: Statements, inserts: readonly Insert[]): Promise<number> {
  let inserted = 0;
  for (const { sql, parameters } of inserts) {
    const { numAffectedRows } = await statements.executeQuery(CompiledQuery.raw(sql, [...parameters]));
    inserted += Number(numAffectedRows ?? 0n);
  }
  return inserted;
}

function decisionInserts(statements: Statements, kept: readonly KeptDecision[]): readonly Insert[] {
  return preparedInserts(statements, 'decisions', kept.map(({ decision }) => decisionRow(decision)));
}

function chargeInserts(statements: Statements, kept: readonly KeptDecision[]): readonly Insert[] {
  return preparedInserts(statements, 'ledger', kept.flatMap(chargeRows));
}

export function chargeRows({ decision, charges }: KeptDecision) {
  const { id: decisionId, purpose: step, scope } = decision;
  return charges.map((charge, index) => {
    const errorCode = charge.errorCode as ErrorCode | null;
    return ledgerRow(scope.task ?? null, { ...charge, errorCode, step, attempt: index + 1, decisionId, scope }, Date.parse(decision.at));
  });
}

export function decisionRow(decision: Decision) {
  const { id, at, scope, model, outcome, costUsd } = decision;
  return {
    id, at: Date.parse(at), tenant: scope.tenant, team: scope.team ?? null, agent: scope.agent ?? null, workflow: scope.workflow ?? null,
    task: scope.task ?? null, model, outcome, cost_nano_usd: costUsd === null ? null : Math.round(costUsd * NANO), feedback: null,
    decision: decisionText(decision),
  };
}

/** By kind of database: statements by table and number of rows. Building one anew costs several times what it takes to run. */
const compiled = new WeakMap<object, Map<string, string>>();

/** Of rows that all have the same columns, in the same order; a decision that is there is left as it is. */
function preparedInserts(statements: Statements, table: 'decisions' | 'ledger', rows: readonly Row[]): readonly Insert[] {
  const inserts: Insert[] = [];
  let done = 0;
  for (const step of STEPS) {
    for (; rows.length - done >= step; done += step) {
      const chunk = rows.slice(done, done + step);
      const parameters: unknown[] = [];
      for (const row of chunk) parameters.push(...Object.values(row));
      inserts.push({ sql: statementFor(statements, table, chunk), parameters });
    }
  }
  return inserts;
}

function statementFor(statements: Statements, table: 'decisions' | 'ledger', rows: readonly Row[]): string {
  const { adapter } = statements.getExecutor();
  const known = compiled.get(adapter) ?? new Map<string, string>();
  compiled.set(adapter, known);
  const name = `${table} ${rows.length}`;
  let statement = known.get(name);
  if (statement === undefined) {
    const insert = statements.insertInto(table).values(rows as never);
    statement = (table === 'decisions' ? insert.onConflict((conflict) => conflict.column('id').doNothing()) : insert).compile().sql;
    known.set(name, statement);
  }
  return statement;
}
