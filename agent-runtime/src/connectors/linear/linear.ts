export interface NewLinearIssue {
  /** UUID of the team, or its key (`ENG`). */
  readonly team: string;
  readonly title: string;
  /** Markdown. */
  readonly description: string;
  /** 0 none, 1 urgent, 2 high, 3 medium, 4 low. */
  readonly priority?: 0 | 1 | 2 | 3 | 4;
  readonly labelIds?: readonly string[];
  /** A UUID chosen by us: creating twice with the same one makes one issue. */
  readonly id?: string;
}

export interface LinearIssue {
  readonly id: string;
  /** `ENG-123`. */
  readonly identifier: string;
  readonly url: string;
}

/** Linear as the runtime uses it. Failures are AiosErrors of the `linear_*` codes. */
export interface Linear {
  createIssue(issue: NewLinearIssue, signal: AbortSignal): Promise<LinearIssue>;
  findIssue(id: string, signal: AbortSignal): Promise<LinearIssue | null>;
}
