import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { StoredPoint } from './check-input.ts';
import { checkDimension, checkSame, checkSparseAllowed, noCollection } from './check-input.ts';
import { filterSql } from './filter-sql.ts';
import type { Collection, Distance, Place, Selection } from './vectors.ts';

const REMOVED_AT_ONCE = 1_000;
const CACHED_STATEMENTS = 100;
/** A point's number is its space's times this, and its own: a tenant's points lie side by side, each space is a range. */
const SPACE_SIZE = 2 ** 32;

const NOWHERE = { space: -1, low: 0, high: -1 };

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS collections (
    collection INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, dimension INTEGER NOT NULL, distance TEXT NOT NULL, sparse INTEGER NOT NULL
  ) STRICT;
  -- One tenant's part of one collection.
  CREATE TABLE IF NOT EXISTS spaces (
    space INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER NOT NULL, tenant TEXT NOT NULL, UNIQUE (collection, tenant)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS points (
    point INTEGER PRIMARY KEY, space INTEGER NOT NULL, id TEXT NOT NULL, payload BLOB NOT NULL, UNIQUE (space, id)
  ) STRICT;
  -- Vectors apart from payloads, so that a search reads nothing else.
  CREATE TABLE IF NOT EXISTS dense (point INTEGER PRIMARY KEY, vector BLOB NOT NULL, length REAL NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS sparse (
    space INTEGER NOT NULL, term INTEGER NOT NULL, point INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (space, term, point)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS sparse_by_point ON sparse (point);`;

/** A collection with the range of numbers of one tenant's points in it, empty where the tenant has never had one. */
export interface Space extends Collection {
  readonly space: number;
  readonly low: number;
  readonly high: number;
}

export type VectorTables = ReturnType<typeof createVectorTables>;

/** What the embedded driver writes, one transaction a call; it blocks, so it runs in a thread of its own. */
export function createVectorTables(database: DatabaseSync) {
  const statements = new Map<string, StatementSync>();
  transaction(() => database.exec(SCHEMA));

  function prepared(sql: string): StatementSync {
    let statement = statements.get(sql);
    if (!statement) {
      if (statements.size >= CACHED_STATEMENTS) statements.clear();
      statements.set(sql, statement = database.prepare(sql));
    }
    return statement;
  }

  const run = (sql: string, ...values: SQLInputValue[]) => prepared(sql).run(...values);
  const get = (sql: string, ...values: SQLInputValue[]) => prepared(sql).get(...values);
  const all = (sql: string, ...values: SQLInputValue[]) => prepared(sql).all(...values);

  /** All that `work` reads is of one moment. */
  const snapshot = <Result>(work: () => Result): Result => transaction(work, 'BEGIN');

  function transaction<Result>(work: () => Result, begin = 'BEGIN IMMEDIATE'): Result {
    database.exec(begin);
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  function find(name: string): (Collection & { readonly collection: number }) | null {
    const row = get('SELECT * FROM collections WHERE name = ?', name);
    return row ? {
      collection: Number(row['collection']), name, dimension: Number(row['dimension']), distance: row['distance'] as Distance, sparse: row['sparse'] === 1,
    } : null;
  }

  function spaceOf({ collection: name, tenant }: Place, make = false): Space {
    const found = find(name);
    if (!found) throw noCollection(name);
    const { collection, ...form } = found;
    if (make) run('INSERT INTO spaces (collection, tenant) VALUES (?, ?) ON CONFLICT DO NOTHING', collection, tenant);
    const row = get('SELECT space FROM spaces WHERE collection = ? AND tenant = ?', collection, tenant);
    return { ...form, ...row ? rangeOf(Number(row['space'])) : NOWHERE };
  }

  function writePoint({ space, low, high, distance }: Space, { id, json, dense }: StoredPoint): number {
    const last = get('SELECT max(point) AS last FROM points WHERE point BETWEEN ? AND ?', low, high)?.['last'];
    const point = Number(get(`INSERT INTO points (point, space, id, payload) VALUES (?, ?, ?, jsonb(?))
      ON CONFLICT (space, id) DO UPDATE SET payload = excluded.payload RETURNING point`, last ? Number(last) + 1 : low, space, id, json)?.['point']);
    run('DELETE FROM sparse WHERE point = ?', point);
    if (!dense) run('DELETE FROM dense WHERE point = ?', point);
    else {
      const { vector, length } = distance === 'euclid' ? { vector: dense, length: 0 } : directionOf(dense);
      run('INSERT OR REPLACE INTO dense (point, vector, length) VALUES (?, ?, ?)', point, bytesOf(vector), length);
    }
    return point;
  }

  /** In the order of the table: point by point, each word would touch a page elsewhere. */
  function writeTerms(space: number, points: readonly { readonly point: number; readonly sparse: StoredPoint['sparse'] }[]): void {
    const rows = points.flatMap(({ point, sparse }) => sparse?.indices.map((term, index) => ({ point, term, value: sparse.values[index]! })) ?? []);
    for (const { point, term, value } of rows.sort((a, b) => a.term - b.term || a.point - b.point)) {
      run('INSERT INTO sparse (space, term, point, value) VALUES (?, ?, ?, ?)', space, term, point, value);
    }
  }

  function erase(point: number): void {
    run('DELETE FROM sparse WHERE point = ?', point);
    run('DELETE FROM dense WHERE point = ?', point);
    run('DELETE FROM points WHERE point = ?', point);
  }

  return {
    all, get, spaceOf, snapshot,
    describe(name: string): Collection | null {
      const found = find(name);
      return found && { name, dimension: found.dimension, distance: found.distance, sparse: found.sparse };
    },
    ensure(wanted: Collection): void {
      if (!find(wanted.name)) {
        transaction(() => run('INSERT INTO collections (name, dimension, distance, sparse) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
          wanted.name, wanted.dimension, wanted.distance, Number(wanted.sparse)));
      }
      const found = find(wanted.name);
      if (!found) throw noCollection(wanted.name);
      checkSame(wanted, found);
    },
    /** Its points are no longer found and are left to `sweep`. */
    drop: (name: string) => transaction(() => run('DELETE FROM collections WHERE name = ?', name).changes === 1),
    /** Erases some of the points of collections that are gone. False: there are none left. */
    sweep: () => transaction(() => {
      const row = get('SELECT space FROM spaces WHERE collection NOT IN (SELECT collection FROM collections) LIMIT 1');
      if (!row) return false;
      const { space, low, high } = rangeOf(Number(row['space']));
      const points = all('SELECT point FROM points WHERE point BETWEEN ? AND ? LIMIT ?', low, high, REMOVED_AT_ONCE);
      for (const { point } of points) erase(Number(point));
      if (points.length < REMOVED_AT_ONCE) run('DELETE FROM spaces WHERE space = ?', space);
      return true;
    }),
    upsert: (place: Place, points: readonly StoredPoint[]) => transaction(() => {
      const space = spaceOf(place, true);
      for (const { dense, sparse } of points) {
        checkDimension(space.name, space.dimension, dense);
        checkSparseAllowed(space.name, space.sparse, sparse);
      }
      writeTerms(space.space, points.map((point) => ({ point: writePoint(space, point), sparse: point.sparse })));
    }),
    /** Erases some of what is selected. False: there may be more. */
    remove: (place: Place, selection: Selection) => transaction(() => {
      const { space } = spaceOf(place);
      const condition = conditionOf(selection);
      const points = all(`SELECT p.point FROM points p WHERE p.space = ? AND ${condition.sql} LIMIT ?`, space, ...condition.values, REMOVED_AT_ONCE);
      for (const { point } of points) erase(Number(point));
      return points.length < REMOVED_AT_ONCE;
    }),
  };
}

function conditionOf(selection: Selection) {
  if ('ids' in selection) return { sql: 'p.id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(selection.ids)] };
  return 'filter' in selection ? filterSql(selection.filter) : { sql: '1', values: [] };
}

function rangeOf(space: number) {
  return { space, low: space * SPACE_SIZE, high: (space + 1) * SPACE_SIZE - 1 };
}

/** The vector with the length 1, and what its length was. */
export function directionOf(vector: Float32Array): { readonly vector: Float32Array; readonly length: number } {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return { vector: length === 0 ? vector : vector.map((value) => value / length), length };
}

export function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}
