import type { Readable } from 'node:stream';

/** What is known of one version of an artifact. Times are in milliseconds since 1970. */
export interface ArtifactInfo {
  readonly key: string;
  /** Given by the store; versions of a key have no order in themselves. */
  readonly version: string;
  readonly sizeBytes: number;
  /** Of the content, in lower-case hex. */
  readonly sha256: string;
  /** `application/octet-stream` where none was given. */
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

export interface PutArtifactOptions {
  readonly contentType?: string;
  /** Names of lower-case letters, digits and dashes, not beginning with `aios-`. All of it in at most 1,500 bytes, percent-encoded. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The length of the content in bytes where it is known: other content is refused, and too much of it before it is read. */
  readonly sizeBytes?: number;
  /**
   * Refuses with `artifact_exists` where the key has content. Of writers at the same time at most one succeeds. On an S3
   * server that does not know conditional writes (radosgw), readers may see the content of one that will be refused until
   * it has taken it back, and if it dies just then, its content stays as the newest version.
   */
  readonly ifAbsent?: boolean;
  /** Ends the call; it then throws the signal's reason. Nothing is stored, or the version is complete. */
  readonly signal?: AbortSignal;
}

export interface ReadArtifactOptions {
  /** Absent: the newest. */
  readonly version?: string;
  /** Ends the call, and the reading of the content too. */
  readonly signal?: AbortSignal;
}

export interface OpenArtifact extends ArtifactInfo {
  /**
   * Ends only where all that was read is what was stored, else it fails with `artifact_corrupt`; so what was read counts
   * when it has ended. Read it or destroy it.
   */
  readonly content: Readable;
}

export interface ArtifactPage {
  /** The newest versions, by key in the order of its UTF-8 bytes. */
  readonly artifacts: readonly { readonly key: string; readonly sizeBytes: number; readonly createdAt: number }[];
  /** Null: there are no more. */
  readonly cursor: string | null;
}

export interface ArtifactLink {
  /** A whole address, or a path below the address that people reach the runtime at. */
  readonly url: string;
  readonly expiresAt: number;
}

/** When artifacts go by themselves. Days, since an S3 server counts in days. */
export interface ArtifactExpiry {
  /** All versions of a key go when its newest is this old. Where more than one rule matches, the earliest. */
  readonly rules: readonly { readonly prefix: string; readonly afterDays: number }[];
  /** A version goes this long after a newer one replaced it. */
  readonly replacedAfterDays: number;
}

/**
 * Keeps results of tasks: content of any size under a key, every version of it. A put is seen whole or not at all, whenever
 * who writes or stores it dies, and versions never change.
 *
 * Keys are segments parted by `/`, at most 512 bytes of UTF-8, told apart by case, the same in every Unicode form. A bad
 * key is `invalid_request`; a key or version that is not there, or not any more, is `not_found`; a store that can't be
 * used is `store_unavailable`.
 */
export interface Artifacts {
  /**
   * Stores a new version, which is the newest from then on, and resolves when it is durable. The content is read to its end
   * or destroyed; its own failure is passed on as it is. After `store_unavailable` the version may be there all the same.
   */
  put(key: string, content: Uint8Array | Readable, options?: PutArtifactOptions): Promise<ArtifactInfo>;
  get(key: string, options?: ReadArtifactOptions): Promise<OpenArtifact>;
  stat(key: string, options?: ReadArtifactOptions): Promise<ArtifactInfo>;
  /** `prefix`: what keys begin with, '' for all. At most `limit` (1 to 1,000; 100 where absent) from `cursor` on. */
  list(prefix: string, page?: { readonly limit?: number; readonly cursor?: string | null }): Promise<ArtifactPage>;
  /** Newest first; none where the key is not there. */
  versions(key: string): Promise<readonly { readonly version: string; readonly sizeBytes: number; readonly createdAt: number }[]>;
  /** Removes one version, or all there are; those that are not there are no failure. */
  delete(key: string, options?: { readonly version?: string }): Promise<void>;
  /**
   * A link by which who has it may download the artifact without a key, for one second to seven days. Null: this store has no
   * way to make one. `fileName`: what the browser saves it as; the last segment of the key where absent.
   */
  link(key: string, options: { readonly expiresInMs: number; readonly version?: string; readonly fileName?: string }): Promise<ArtifactLink | null>;
  /**
   * Does what is to be done now and then: an embedded store removes what has expired and what dead writers left, an S3
   * server is told the rules and removes by itself. `now`: default the clock.
   */
  sweep(now?: number): Promise<{ readonly removed: number }>;
  /** Throws `store_unavailable` when the store can't be used. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
