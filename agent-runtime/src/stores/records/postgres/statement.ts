import { sql, type RawBuilder } from 'kysely';
import { ledgerRow } from '../sql/ledger.ts';
import { prepared } from '../sql/prepared.ts';

/** Built once, with the names of its values in their places. */
export function statement<Values extends object, Row>(text: (values: Values) => RawBuilder<Row>) {
  return prepared<Values, Row>((statements, values) => ({ compile: () => text(values).compile(statements) }));
}

/** Columns by name: a later version may have added others. */
export function columns(names: readonly string[]): RawBuilder<unknown> {
  return sql.raw(names.join(', '));
}

const LEDGER_COLUMNS = columns(Object.keys(ledgerRow(null, {
  step: '', attempt: 0, model: '', provider: '', offline: false, durationMs: 0, errorCode: null, costUsd: null, costStatus: 'unknown',
  usage: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 },
}, 0)));

/** `charges`: JSON of rows of the ledger. */
export function insertCharges(charges: unknown): RawBuilder<unknown> {
  return sql`INSERT INTO ledger (${LEDGER_COLUMNS}) SELECT ${LEDGER_COLUMNS} FROM json_populate_recordset(NULL::ledger, ${charges}::json)`;
}

/**
 * Which rows a statement locks. One for many tasks leaves out those that somebody else is at, so that they hold up no others,
 * and no two statements wait for each other; each of them is then done by a statement of its own, which waits.
 */
export const WAITING = sql`FOR NO KEY UPDATE OF tasks`;
export const SKIPPING = sql`FOR NO KEY UPDATE OF tasks SKIP LOCKED`;

/** JSON that Postgres reads: it has no place for the character 0 in a text, nor for halves of a character. */
export function jsonRows(rows: readonly object[]): string {
  const text = JSON.stringify(rows);
  return /\\u(?:0000|d[89a-f])/.test(text) ? JSON.stringify(rows, (_name, value: unknown) => storable(value)) : text;
}

function storable(value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value;
}
