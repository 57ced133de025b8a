/**
 * A task's own working copy of a repository at one commit. Every path is relative to the copy's root, with `/`; nothing
 * here tells where the copy lies, so that a driver may keep it on another host.
 */
export interface Workspace {
  readonly taskId: string;
  /** Full SHA of the commit the copy was made at, and which `diff` compares with. */
  readonly commit: string;

  /** A text file, or the asked lines of it. Throws `not_found`, or `workspace_file_refused` for what is no plain UTF-8 file in the copy. */
  read(path: string, range?: LineRange): Promise<FileText>;
  /** Entries below a folder (default: the root), sorted by path. Links are named, never followed. */
  list(path?: string, options?: ListOptions): Promise<Listing>;
  /** Lines that match, file by file in the order of their paths. Binary, large and linked files are passed over. */
  search(query: SearchQuery): Promise<SearchResult>;

  /** Replaces one exact text. Throws `edit_refused` unless `find` stands in the file exactly once (or `all` is set). */
  edit(path: string, edit: TextEdit): Promise<EditResult>;
  /** Writes a whole file; its folders are made. */
  write(path: string, content: string): Promise<void>;
  /** Removes a file, a folder with all in it, or a link itself. */
  remove(path: string): Promise<void>;
  /** Applies a unified diff to all of its files or to none. Throws `edit_refused` naming the file and the hunk that does not fit. */
  applyPatch(patch: string): Promise<PatchResult>;

  /** What has changed since the commit, new files included, ignored ones (`.gitignore`) not. */
  diff(options?: DiffOptions): Promise<WorkspaceDiff>;
  /**
   * Runs a program on the copy, shut off from the network, the host's files and the runtime's environment. A program that
   * fails or hits a limit is a result. Throws `sandbox_unavailable` where it can't be shut off, and the signal's reason when
   * aborted; nothing it started is left when this settles.
   */
  run(command: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Stores a file of the copy where it outlives the task. */
  keep(path: string, name?: string): Promise<void>;

  /** Stops what runs and removes the copy; may be called again. */
  close(): Promise<void>;
}

export interface Workspaces {
  /** Throws `repository_not_found`, `repository_unauthorized`, `commit_not_found`, `workspace_too_large` (the caller's), or `repository_unavailable`, `workspace_full` (retried). */
  create(request: WorkspaceRequest): Promise<Workspace>;
  /** Removes copies whose process died, and old mirrors over the quota. Runs at the first `create` and may run at any time. */
  sweep(): Promise<{ readonly removed: number }>;
  /** Whether `run` works here; null: it does, else the reason and what to do. */
  sandboxMissing(): Promise<string | null>;
  /** Removes this process's working copies. */
  close(): Promise<void>;
}

export interface WorkspaceRequest {
  readonly taskId: string;
  /** `https://host/owner/name.git`, without user and password. */
  readonly repository: string;
  /** A full commit SHA, or a branch, tag or ref (`refs/pull/7/head`). */
  readonly revision: string;
  readonly signal?: AbortSignal;
}

/** Lines from 1, both ends included. */
export interface LineRange {
  readonly first?: number;
  readonly last?: number;
}

export interface FileText {
  readonly text: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly lines: number;
  /** The range did not fit the size limit and ends early, at `lastLine`. */
  readonly cut: boolean;
}

export interface ListOptions {
  /** 1: the folder's own entries. Default 1. */
  readonly depth?: number;
}

export interface ListEntry {
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link' | 'other';
  /** In bytes; files only. */
  readonly bytes?: number;
  /** Where a link leads, as it says. */
  readonly target?: string;
}

export interface Listing {
  readonly entries: readonly ListEntry[];
  /** There are more than are shown. */
  readonly cut: boolean;
}

export interface SearchQuery {
  readonly pattern: string;
  /** The pattern is a regular expression of JavaScript, matched line by line. Default: literal text. */
  readonly regex?: boolean;
  readonly ignoreCase?: boolean;
  /** Only below this folder, or in this file. */
  readonly path?: string;
  /** Only paths that match this glob, such as `**\/*.ts`. */
  readonly glob?: string;
  readonly limit?: number;
}

export interface SearchResult {
  readonly matches: readonly SearchMatch[];
  /** Matches or files were left out; `reason` says why. */
  readonly cut: boolean;
  readonly reason?: 'matches' | 'files' | 'time';
}

export interface SearchMatch {
  readonly path: string;
  readonly line: number;
  /** The line, cut where it is long. */
  readonly text: string;
}

export interface TextEdit {
  readonly find: string;
  readonly replace: string;
  /** Replace every occurrence. Default: there must be exactly one. */
  readonly all?: boolean;
}

export interface EditResult {
  readonly replacements: number;
}

export interface PatchResult {
  readonly files: readonly { readonly path: string; readonly change: 'created' | 'changed' | 'deleted' | 'renamed' }[];
}

export interface DiffOptions {
  /** Default 1,000,000 bytes. */
  readonly maxBytes?: number;
}

export interface WorkspaceDiff {
  /** Unified, with `a/` and `b/`. */
  readonly text: string;
  readonly files: readonly { readonly path: string; readonly change: 'added' | 'changed' | 'deleted' }[];
  /** Changed, but not in the text: too large, or no plain file. */
  readonly skipped: readonly string[];
  /** The text was longer and ends early, or the copy has more files than were looked at. */
  readonly cut: boolean;
}

export interface RunOptions {
  /** Default 120,000 ms. */
  readonly timeoutMs?: number;
  /** Folder of the copy to run in. Default: its root. */
  readonly folder?: string;
  readonly signal?: AbortSignal;
}

/** The limit that ended a program. */
export type StoppedBy = 'time' | 'memory' | 'disk' | 'output';

export interface RunResult {
  /** Null: it was killed by a signal or stopped by a limit. */
  readonly exitCode: number | null;
  readonly stoppedBy: StoppedBy | null;
  /** Its beginning and end where it was long, with a note of what was cut between them. */
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly durationMs: number;
}

/** Stores a result of a task where it outlives the working copy. */
export type Keep = (taskId: string, name: string, content: Uint8Array) => Promise<void>;
