import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AiosError } from '../../errors.ts';
import { createCommitSync } from '../sqlite/commit-sync.ts';
import { openDatabase } from '../sqlite/open-database.ts';
import { storeError } from '../sqlite/store-error.ts';
import { receive, verified } from './artifact-content.ts';
import { artifactFiles, type UnfinishedFile } from './artifact-files.ts';
import type { ArtifactLinks } from './artifact-links.ts';
import { artifactExists, artifactKey, contentTypeOf, encodeMetadata, fileNameOf, linkSeconds, noSuchArtifact, pageSize, prefixOfKeys } from './artifact-names.ts';
import { artifactTable } from './artifact-table.ts';
import type { ArtifactExpiry, ArtifactInfo, Artifacts } from './artifacts.ts';

const EXPIRED_AT_ONCE = 200;
const DEAD_WRITERS_AFTER_MS = 24 * 3_600_000;
const DEFAULT_MAX_BYTES = 5 * 1024 ** 3;

export interface EmbeddedArtifactsOptions {
  /** Folder of the database file and of the contents; several processes on one machine may share it. */
  readonly folder: string;
  readonly expiry: ArtifactExpiry;
  /** Null: it gives no links. */
  readonly links: ArtifactLinks | null;
  /** Of one artifact. Default 5 GiB. */
  readonly maxBytes?: number;
  readonly now?: () => number;
}

/**
 * Artifacts in a folder: each version is a file, and a SQLite table says which there are. A version's row is written when
 * its file is safe, and a file goes after its row, so whoever dies leaves at most a file that nobody knows, for `sweep`.
 */
export function createEmbeddedArtifacts(options: EmbeddedArtifactsOptions): Artifacts {
  const { expiry, links, maxBytes = DEFAULT_MAX_BYTES, now = Date.now } = options;
  const databaseFile = join(options.folder, 'artifacts.db');
  const database = openDatabase(databaseFile);
  const sync = createCommitSync(databaseFile);
  const table = artifactTable(database);
  const folder = join(options.folder, 'artifacts');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = artifactFiles(folder);
  let closed = false;

  /** Errors of the disk and of SQLite as ours. */
  async function using<Result>(work: () => Promise<Result> | Result): Promise<Result> {
    if (closed) throw new AiosError('store_unavailable', 'The artifacts are closed: the runtime is shutting down. Try again.');
    try {
      return await work();
    } catch (error) {
      throw storeError(error);
    }
  }

  async function found(key: string, version?: string): Promise<ArtifactInfo> {
    const name = artifactKey(key);
    const info = await using(() => table.find(name, version));
    if (!info) throw noSuchArtifact(name, version);
    return info;
  }

  /** A row whose commit could not be brought to the disk may be there, and keeps its file. */
  async function discard(version: string, file: UnfinishedFile): Promise<void> {
    if (!table.has(version)) await file.discard();
  }

  async function removeFiles(versions: readonly string[]): Promise<void> {
    if (versions.length === 0) return;
    await sync.settled();
    for (const version of versions) await files.remove(version);
  }

  return {
    async put(key, content, putOptions = {}) {
      const name = artifactKey(key);
      encodeMetadata(putOptions.metadata);
      const given = { key: name, version: randomUUID().replaceAll('-', ''), contentType: contentTypeOf(putOptions), metadata: { ...putOptions.metadata } };
      const file = await using(() => files.create(given.version));
      try {
        // What the content's source throws is not the disk's failure.
        const received = await receive(content, putOptions, maxBytes, (chunk) => using(() => file.write(chunk)));
        return await using(async () => {
          await file.finish();
          putOptions.signal?.throwIfAborted();
          const info = { ...given, ...received, createdAt: now() };
          if (!table.add(info, putOptions.ifAbsent ?? false)) throw artifactExists(name);
          await sync.settled();
          return info;
        });
      } catch (error) {
        await discard(given.version, file).catch(() => undefined); // else `sweep` does
        throw error;
      }
    },
    async get(key, { version, signal } = {}) {
      signal?.throwIfAborted();
      const info = await found(key, version);
      const file = await files.open(info.version).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? noSuchArtifact(info.key, info.version, error) : storeError(error);
      });
      const source = file.createReadStream({ signal });
      return { ...info, content: verified(source, info, (error) => signal?.aborted ? signal.reason : storeError(error)) };
    },
    stat: (key, { version } = {}) => found(key, version),
    async list(prefix, { limit, cursor } = {}) {
      const most = pageSize(limit);
      const artifacts = await using(() => table.list(prefixOfKeys(prefix), cursor ?? '', most));
      return { artifacts, cursor: artifacts.length === most ? artifacts.at(-1)!.key : null };
    },
    versions: (key) => using(() => table.versions(artifactKey(key))),
    delete: (key, { version } = {}) => using(async () => removeFiles(table.remove(artifactKey(key), version))),
    async link(key, { expiresInMs, version, fileName }) {
      const expiresAt = now() + linkSeconds(expiresInMs) * 1_000;
      const info = await found(key, version);
      return links && { url: links.sign({ key: info.key, version: info.version, fileName: fileNameOf(info.key, fileName), expiresAt }), expiresAt };
    },
    sweep: (at = now()) => using(async () => {
      let removed = 0;
      for (;;) {
        const versions = table.expire(expiry, at, EXPIRED_AT_ONCE);
        if (versions.length === 0) break;
        removed += versions.length;
        await removeFiles(versions);
      }
      await files.sweep(Date.now() - DEAD_WRITERS_AFTER_MS, (version) => table.has(version));
      return { removed };
    }),
    ping: () => using(() => void table.list('', '', 1)),
    async close() {
      if (closed) return;
      closed = true;
      await sync.close();
      database.close();
    },
  };
}
