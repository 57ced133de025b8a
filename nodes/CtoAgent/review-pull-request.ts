import type { INodeProperties } from 'n8n-workflow';

const REVIEW = ['reviewPullRequest'];

/**
 * The defaults find the pull request in the item of n8n's GitHub Trigger or Webhook (`body.pull_request`), in a bare
 * GitHub payload (`pull_request`) and in what GitHub's API answers for a pull request (`base.repo`).
 */
export const reviewParameters: INodeProperties[] = [
  {
    displayName: 'Source',
    name: 'source',
    type: 'options',
    options: [
      { name: 'Diff', value: 'diff', description: 'Text as "git diff" prints it; nothing is read from or posted to GitHub' },
      { name: 'Pull Request on GitHub', value: 'pullRequest', description: 'Read with the GitHub token of the agent runtime' },
    ],
    default: 'pullRequest',
    description: 'What to review',
    displayOptions: { show: { operation: REVIEW } },
  },
  {
    displayName: 'Owner',
    name: 'owner',
    type: 'string',
    required: true,
    default: '={{ $json.body?.repository?.owner?.login ?? $json.repository?.owner?.login ?? $json.base?.repo?.owner?.login }}',
    placeholder: 'octocat',
    description: 'User or organisation that owns the repository. The default reads it from the item of a GitHub Trigger.',
    displayOptions: { show: { operation: REVIEW, source: ['pullRequest'] } },
  },
  {
    displayName: 'Repository',
    name: 'repository',
    type: 'string',
    required: true,
    default: '={{ $json.body?.repository?.name ?? $json.repository?.name ?? $json.base?.repo?.name }}',
    placeholder: 'hello-world',
    description: 'Name of the repository, without its owner. The default reads it from the item of a GitHub Trigger.',
    displayOptions: { show: { operation: REVIEW, source: ['pullRequest'] } },
  },
  {
    displayName: 'Pull Request Number',
    name: 'pullRequestNumber',
    type: 'string',
    required: true,
    default: '={{ $json.body?.pull_request?.number ?? $json.pull_request?.number ?? $json.number }}',
    placeholder: '42',
    description: 'Number of the pull request. The default reads it from the item of a GitHub Trigger.',
    displayOptions: { show: { operation: REVIEW, source: ['pullRequest'] } },
  },
  {
    displayName: 'Publish to GitHub',
    name: 'publish',
    type: 'boolean',
    default: false,
    description:
      'Whether to post the review, with comments on the lines it is about, to the pull request. When off, the review is only returned.',
    displayOptions: { show: { operation: REVIEW, source: ['pullRequest'] } },
  },
  {
    displayName: 'Diff',
    name: 'diff',
    type: 'string',
    typeOptions: { rows: 8 },
    required: true,
    default: '',
    placeholder: 'diff --git a/src/index.ts b/src/index.ts …',
    description: 'A unified diff, as "git diff" prints it',
    displayOptions: { show: { operation: REVIEW, source: ['diff'] } },
  },
];
