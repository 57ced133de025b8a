import { createHash } from 'node:crypto';
import { countLines } from './diff-lines.ts';

export type Contents = Readonly<Record<string, string | Uint8Array>>;

/** A token that the stand-in knows, and what it may do. */
export interface TokenState {
  readonly token: string;
  readonly login: string;
  /** Decides which headers name its rights, and whether check runs are allowed (`app` only). */
  readonly kind: 'classic' | 'fine-grained' | 'app';
  /** Of a classic token. Default `['repo', 'admin:repo_hook']`. */
  readonly scopes?: readonly string[];
  /** Of the other kinds: `{ pull_requests: 'write', contents: 'read' }`. Default: everything that is played. */
  readonly permissions?: Readonly<Record<string, 'read' | 'write'>>;
}

export interface FileState {
  readonly path: string;
  readonly previousPath?: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed' | 'unchanged';
  /** Hunks without file headers; absent or null: GitHub left it out. */
  readonly patch?: string | null;
  readonly additions?: number;
  readonly deletions?: number;
}

export interface CommentState {
  readonly id: number;
  readonly reviewId: number | null;
  readonly path: string;
  readonly body: string;
  readonly author: string;
  readonly commitId: string;
  /** Absent: the line is gone from the diff. */
  readonly line?: number;
  readonly startLine?: number;
  readonly side: 'LEFT' | 'RIGHT';
}

export interface ReviewState {
  readonly id: number;
  /** `acme/shop`. */
  readonly repository: string;
  readonly number: number;
  readonly author: string;
  readonly body: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'PENDING';
  readonly commitId: string;
  readonly submittedAt: string | null;
  readonly comments: readonly CommentState[];
}

export interface PullRequestState {
  readonly number: number;
  title: string;
  body: string | null;
  author: string;
  state: 'open' | 'closed';
  draft: boolean;
  headSha: string;
  headRef: string;
  /** Full name of the head's repository; null: it was deleted. */
  headRepository: string | null;
  baseSha: string;
  baseRef: string;
  /** What GitHub says, which may be more than it lists. */
  changedFiles: number;
  /** The diff at each head that is still part of the pull request. */
  readonly diffs: Map<string, readonly FileState[]>;
  readonly comments: CommentState[];
}

export interface HookState {
  readonly id: number;
  readonly repository: string;
  config: { url: string; content_type?: string; secret?: string; insecure_ssl?: string | number };
  events: readonly string[];
  active: boolean;
}

export interface CheckRunState {
  readonly id: number;
  readonly repository: string;
  readonly headSha: string;
  readonly name: string;
  readonly externalId: string | null;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string | null; readonly summary: string | null; readonly text: string | null };
}

export interface RepositoryState {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  /** Files by branch name or commit. */
  readonly contents: Map<string, Contents>;
  readonly pullRequests: Map<number, PullRequestState>;
}

export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  readonly private?: boolean;
  readonly defaultBranch?: string;
  /** Files by branch name or commit. */
  readonly contents?: Readonly<Record<string, Contents>>;
}

export interface NewPullRequest {
  readonly number: number;
  readonly files: readonly FileState[];
  readonly title?: string;
  readonly body?: string | null;
  readonly author?: string;
  readonly state?: 'open' | 'closed';
  readonly draft?: boolean;
  readonly headSha?: string;
  readonly headRef?: string;
  /** Default: the repository itself. Another full name makes it a fork; null: the fork was deleted. */
  readonly headRepository?: string | null;
  readonly baseSha?: string;
  readonly changedFiles?: number;
  /** Inline comments that are there already. */
  readonly comments?: ReadonlyArray<Omit<CommentState, 'id' | 'reviewId' | 'commitId'>>;
}

export interface GitHubState {
  readonly tokens: Map<string, TokenState>;
  readonly repositories: Map<string, RepositoryState>;
  readonly reviews: ReviewState[];
  readonly checkRuns: CheckRunState[];
  readonly hooks: HookState[];
  nextId: number;
}

/** A commit id that is the same for the same text. */
export function shaOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** A number that is the same for the same text. */
export function idOf(text: string): number {
  return Number.parseInt(shaOf(text).slice(0, 7), 16) + 1;
}

export function repositoryOf(input: NewRepository): RepositoryState {
  return {
    id: idOf(`${input.owner}/${input.name}`),
    owner: input.owner,
    name: input.name,
    private: input.private ?? false,
    defaultBranch: input.defaultBranch ?? 'main',
    contents: new Map(Object.entries(input.contents ?? {})),
    pullRequests: new Map(),
  };
}

export function pullRequestOf(repository: RepositoryState, input: NewPullRequest, nextId: () => number): PullRequestState {
  const fullName = `${repository.owner}/${repository.name}`;
  const headSha = input.headSha ?? shaOf(`head of ${fullName}#${input.number}`);
  return {
    number: input.number,
    title: input.title ?? `Change ${input.number}`,
    body: input.body ?? null,
    author: input.author ?? 'octocat',
    state: input.state ?? 'open',
    draft: input.draft ?? false,
    headSha,
    headRef: input.headRef ?? `change-${input.number}`,
    headRepository: input.headRepository === undefined ? fullName : input.headRepository,
    baseSha: input.baseSha ?? shaOf(`base of ${fullName}`),
    baseRef: repository.defaultBranch,
    changedFiles: input.changedFiles ?? input.files.length,
    diffs: new Map([[headSha, input.files]]),
    comments: (input.comments ?? []).map((comment) => ({ ...comment, id: nextId(), reviewId: null, commitId: headSha })),
  };
}

/** Counts as GitHub gives them, from the patch where they are not given. */
export function countsOf(file: FileState): { additions: number; deletions: number } {
  const counted = countLines(file.patch ?? '');
  return { additions: file.additions ?? counted.additions, deletions: file.deletions ?? counted.deletions };
}
