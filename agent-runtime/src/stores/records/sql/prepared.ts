import { CompiledQuery, type Compilable, type Insertable } from 'kysely';
import type { Statements, Tables } from './tables.ts';

/** Rows of an insert up to which its statement is worth keeping. */
const KEPT_ROWS = 10;

/** Stands in a query for the value of that name. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Each of its fields is a placeholder of the field's name. */
const placeholders = new Proxy({}, { get: (_target, name) => new Placeholder(String(name)) });

/**
 * A query that is built and compiled once for each kind of database, and run with other values each time: to build one
 * costs several times what it takes to run. `build` sees placeholders, so what it builds must not depend on the values,
 * and must not use null where SQL wants `IS NULL`.
 */
export function prepared<Values extends object, Row>(
  build: (statements: Statements, values: Values) => Compilable<Row>,
): (statements: Statements, values: Values) => Promise<readonly Row[]> {
  const kept = new WeakMap<object, CompiledQuery<Row>>();
  return async (statements, values) => {
    const { adapter } = statements.getExecutor();
    let query = kept.get(adapter);
    if (!query) kept.set(adapter, query = build(statements, placeholders as Values).compile());
    const given = values as Readonly<Record<string, unknown>>;
    const parameters = query.parameters.map((part) => (part instanceof Placeholder ? given[part.name] : part));
    return (await statements.executeQuery<Row>({ ...query, parameters })).rows;
  };
}

const inserts = new WeakMap<object, Map<string, string>>();

/** Inserts rows that all have the same columns. The statement for a few of them is built once. */
export async function insertRows<Table extends keyof Tables>(
  statements: Statements, table: Table, rows: readonly Insertable<Tables[Table]>[],
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  if (rows.length > KEPT_ROWS) {
    await statements.insertInto(table).values(rows).execute();
    return;
  }
  const { adapter } = statements.getExecutor();
  let kept = inserts.get(adapter);
  if (!kept) inserts.set(adapter, kept = new Map());
  const columns = Object.keys(first);
  const key = `${rows.length} ${table} ${columns.join()}`;
  let statement = kept.get(key);
  if (statement === undefined) kept.set(key, statement = statements.insertInto(table).values(rows).compile().sql);
  const parameters = rows.flatMap((row) => columns.map((column) => (row as Readonly<Record<string, unknown>>)[column]));
  await statements.executeQuery(CompiledQuery.raw(statement, parameters));
}
