import type { DatabaseSync } from 'node:sqlite';
import type { ArtifactExpiry, ArtifactInfo } from './artifacts.ts';

const DAY_MS = 24 * 3_600_000;
/** More than any key. */
const LAST = '\u{10ffff}';

/** The rows behind the embedded store: what is not in it is not there. Synchronous; times are in ms since 1970. */
export interface ArtifactTable {
  /** False: nothing was added, because the key is there and `ifAbsent`. */
  add(info: ArtifactInfo, ifAbsent: boolean): boolean;
  find(key: string, version?: string): ArtifactInfo | null;
  list(prefix: string, after: string, limit: number): readonly Pick<ArtifactInfo, 'key' | 'sizeBytes' | 'createdAt'>[];
  versions(key: string): readonly Pick<ArtifactInfo, 'version' | 'sizeBytes' | 'createdAt'>[];
  has(version: string): boolean;
  /** Answers with the versions that it removed; so does `expire`. */
  remove(key: string, version?: string): readonly string[];
  /** At most `limit` versions, or all of `limit` keys; none when nothing has expired. */
  expire(expiry: ArtifactExpiry, now: number, limit: number): readonly string[];
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS artifacts (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    version TEXT NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    content_type TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    replaced_at INTEGER
  );
  CREATE INDEX IF NOT EXISTS artifacts_by_key ON artifacts (key, sequence);
  CREATE UNIQUE INDEX IF NOT EXISTS artifacts_newest ON artifacts (key) WHERE replaced_at IS NULL;
  CREATE INDEX IF NOT EXISTS artifacts_by_age ON artifacts (created_at) WHERE replaced_at IS NULL;
  CREATE INDEX IF NOT EXISTS artifacts_replaced ON artifacts (replaced_at) WHERE replaced_at IS NOT NULL;
`;

export function artifactTable(database: DatabaseSync): ArtifactTable {
  database.exec(SCHEMA);
  const newest = database.prepare('SELECT * FROM artifacts WHERE key = ? AND replaced_at IS NULL');
  const replace = database.prepare('UPDATE artifacts SET replaced_at = ? WHERE key = ? AND replaced_at IS NULL');
  const insert = database.prepare(`INSERT INTO artifacts (key, version, size_bytes, sha256, content_type, metadata, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const one = database.prepare('SELECT * FROM artifacts WHERE key = ? AND version = ?');
  const known = database.prepare('SELECT 1 AS found FROM artifacts WHERE version = ?');
  const page = database.prepare(`SELECT key, size_bytes, created_at FROM artifacts
    WHERE replaced_at IS NULL AND key > ? AND key >= ? AND key < ? ORDER BY key LIMIT ?`);
  const history = database.prepare('SELECT version, size_bytes, created_at FROM artifacts WHERE key = ? ORDER BY sequence DESC');
  const removeAll = database.prepare('DELETE FROM artifacts WHERE key = ? RETURNING version');
  const removeOne = database.prepare('DELETE FROM artifacts WHERE key = ? AND version = ? RETURNING version');
  const promote = database.prepare(`UPDATE artifacts SET replaced_at = NULL
    WHERE sequence = (SELECT max(sequence) FROM artifacts WHERE key = ?)`);
  const removeExpired = database.prepare(`DELETE FROM artifacts WHERE key IN
    (SELECT key FROM artifacts WHERE replaced_at IS NULL AND created_at <= ? AND key >= ? AND key < ? LIMIT ?) RETURNING version`);
  const removeReplaced = database.prepare(`DELETE FROM artifacts WHERE sequence IN
    (SELECT sequence FROM artifacts WHERE replaced_at <= ? LIMIT ?) RETURNING version`);

  function transaction<Result>(work: () => Result): Result {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  return {
    add: (info, ifAbsent) => transaction(() => {
      if (ifAbsent && newest.get(info.key)) return false;
      replace.run(info.createdAt, info.key);
      insert.run(info.key, info.version, info.sizeBytes, info.sha256, info.contentType, JSON.stringify(info.metadata), info.createdAt);
      return true;
    }),
    find(key, version) {
      const row = version === undefined ? newest.get(key) : one.get(key, version);
      return row === undefined ? null : infoOf(row);
    },
    list: (prefix, after, limit) => page.all(after, prefix, prefix + LAST, limit).map((row) => ({
      key: String(row['key']), sizeBytes: Number(row['size_bytes']), createdAt: Number(row['created_at']) })),
    versions: (key) => history.all(key).map((row) => ({
      version: String(row['version']), sizeBytes: Number(row['size_bytes']), createdAt: Number(row['created_at']) })),
    has: (version) => known.get(version) !== undefined,
    remove: (key, version) => transaction(() => {
      if (version === undefined) return versionsOf(removeAll.all(key));
      const removed = versionsOf(removeOne.all(key, version));
      if (removed.length > 0 && !newest.get(key)) promote.run(key);
      return removed;
    }),
    expire: ({ rules, replacedAfterDays }, now, limit) => transaction(() => {
      for (const { prefix, afterDays } of rules) {
        const removed = versionsOf(removeExpired.all(now - afterDays * DAY_MS, prefix, prefix + LAST, limit));
        if (removed.length > 0) return removed;
      }
      return versionsOf(removeReplaced.all(now - replacedAfterDays * DAY_MS, limit));
    }),
  };
}

function versionsOf(rows: readonly Record<string, unknown>[]): string[] {
  return rows.map((row) => String(row['version']));
}

function infoOf(row: Record<string, unknown>): ArtifactInfo {
  return {
    key: String(row['key']),
    version: String(row['version']),
    sizeBytes: Number(row['size_bytes']),
    sha256: String(row['sha256']),
    contentType: String(row['content_type']),
    metadata: JSON.parse(String(row['metadata'])) as Record<string, string>,
    createdAt: Number(row['created_at']),
  };
}
