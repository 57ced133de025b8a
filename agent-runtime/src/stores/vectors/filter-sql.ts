import type { SQLInputValue } from 'node:sqlite';
import type { Filter, NumberRange } from './vectors.ts';

/** A condition on `p.payload`, which is JSONB, that is 1 or 0 and never null; `values` belong to its question marks. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** The filter has been checked, so its field names hold nothing that could leave a JSON path. */
export function filterSql(filter: Filter): SqlCondition {
  if ('and' in filter) return joined(' AND ', filter.and.map(filterSql));
  if ('or' in filter) return joined(' OR ', filter.or.map(filterSql));
  if ('not' in filter) {
    const { sql, values } = filterSql(filter.not);
    return { sql: `NOT ${sql}`, values };
  }
  const path = `'$.${filter.field.split('.').map((key) => `"${key}"`).join('.')}'`;
  if ('exists' in filter) return exists(path, filter.exists);
  if ('range' in filter) return range(path, filter.range);
  const wanted = 'equals' in filter ? [filter.equals] : filter.anyOf;
  return joined(' OR ', wanted.map((value) => equals(path, value)));
}

const OPERATORS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function range(path: string, bounds: NumberRange): SqlCondition {
  const given = (Object.keys(OPERATORS) as (keyof NumberRange)[]).filter((key) => bounds[key] !== undefined);
  const test = given.map((key) => ` AND e.value ${OPERATORS[key]} ?`).join('');
  return anyValue(path, `e.type IN ('integer', 'real')${test}`, given.map((key) => bounds[key]!));
}

function equals(path: string, value: string | number | boolean): SqlCondition {
  if (typeof value === 'boolean') return anyValue(path, `e.type = '${value}'`, []);
  const types = typeof value === 'string' ? "e.type = 'text'" : "e.type IN ('integer', 'real')";
  return anyValue(path, `${types} AND e.value = ?`, [value]);
}

/** `json_each` gives a list's elements, or the value itself, but an object's members too, which do not count. */
function anyValue(path: string, test: string, values: readonly SQLInputValue[]): SqlCondition {
  return { sql: `(json_type(p.payload, ${path}) IS NOT 'object' AND EXISTS (SELECT 1 FROM json_each(p.payload, ${path}) e WHERE ${test}))`, values };
}

function exists(path: string, wanted: boolean): SqlCondition {
  const type = `json_type(p.payload, ${path})`;
  const sql = `(CASE ${type} WHEN 'null' THEN 0 WHEN 'array' THEN json_array_length(p.payload, ${path}) > 0 ELSE ${type} IS NOT NULL END = ${Number(wanted)})`;
  return { sql, values: [] };
}

function joined(operator: string, parts: readonly SqlCondition[]): SqlCondition {
  return { sql: `(${parts.map(({ sql }) => sql).join(operator)})`, values: parts.flatMap(({ values }) => values) };
}
