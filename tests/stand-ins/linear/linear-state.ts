export interface LinearTeam {
  readonly id: string;
  /** `ENG`. */
  readonly key: string;
  readonly name: string;
}

export interface LinearIssueState {
  readonly id: string;
  readonly identifier: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly description: string | null;
  readonly priority: number;
  readonly labelIds: readonly string[];
  readonly team: LinearTeam;
  readonly createdAt: string;
}

export interface LinearWebhookState {
  readonly id: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly team: LinearTeam | null;
  readonly resourceTypes: readonly string[];
}

export interface LinearState {
  readonly teams: LinearTeam[];
  readonly issues: LinearIssueState[];
  readonly webhooks: LinearWebhookState[];
  readonly comments: Array<{ readonly id: string; readonly issueId: string; readonly body: string }>;
}
