import type { ListEntry, SearchMatch } from '../workspace.ts';

/** A job of the worker thread that walks a copy. `folder`: an open folder's path in /proc/self/fd. */
export interface ListJob {
  readonly kind: 'list';
  readonly folder: string;
  readonly prefix: string;
  readonly depth: number;
  readonly limit: number;
}

export interface SearchJob {
  readonly kind: 'search';
  readonly folder: string;
  readonly prefix: string;
  /** Only this entry of the folder. */
  readonly only: string | null;
  readonly pattern: string;
  readonly regex: boolean;
  readonly ignoreCase: boolean;
  readonly glob: string | null;
  readonly limit: number;
  readonly maxFileBytes: number;
}

/** Finds files the commit does not have, and copies the ignore files to where git may read them safely. */
export interface UntrackedJob {
  readonly kind: 'untracked';
  readonly folder: string;
  readonly tracked: ReadonlySet<string>;
  readonly ignoresFolder: string;
  readonly limit: number;
}

/** Hashes the wanted files and stores those that differ as git's objects. */
export interface StoreJob {
  readonly kind: 'store';
  readonly folder: string;
  /** By path: what the commit has there, as `mode SP sha`; empty for a new file. */
  readonly wanted: ReadonlyMap<string, string>;
  readonly objectsFolder: string;
  readonly maxFileBytes: number;
}

export type TreeJob = ListJob | SearchJob | UntrackedJob | StoreJob;

export interface TreeAnswers {
  readonly list: { readonly entries: ListEntry[]; readonly cut: boolean };
  readonly search: { readonly cut: 'matches' | 'files' | null };
  readonly untracked: { readonly paths: string[]; readonly cut: boolean };
  readonly store: {
    /** Each as git's index has it. */
    readonly changed: { readonly path: string; readonly mode: string; readonly sha: string }[];
    readonly gone: string[];
    readonly skipped: string[];
  };
}

export type TreeMessage =
  | { readonly type: 'matches'; readonly matches: readonly SearchMatch[] }
  | { readonly type: 'done'; readonly answer: unknown }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
