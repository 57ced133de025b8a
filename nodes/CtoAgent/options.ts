import type { INodeProperties } from 'n8n-workflow';
import { privacyParameter } from '../shared/routing-parameters';

const REVIEW = ['reviewPullRequest'];

export const optionsParameter: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  options: [
    {
      displayName: 'Allow Approval',
      name: 'allowApprove',
      type: 'boolean',
      default: false,
      description: 'Whether a published review may approve the pull request. When off, an approval is posted as a comment.',
      displayOptions: { show: { '/operation': REVIEW, '/source': ['pullRequest'], '/publish': [true] } },
    },
    {
      displayName: 'Check Run',
      name: 'checkRun',
      type: 'boolean',
      default: false,
      description: 'Whether to also set a check run on the head commit. Needs the token of a GitHub App.',
      displayOptions: { show: { '/operation': REVIEW, '/source': ['pullRequest'], '/publish': [true] } },
    },
    {
      displayName: 'Cost Limit (USD)',
      name: 'costLimitUsd',
      type: 'number',
      typeOptions: { minValue: 0.0001, numberPrecision: 4 },
      default: 1,
      description: 'The most one item may spend on models. A call that could go past it is not made; a model without a known price is refused.',
    },
    {
      displayName: 'Deadline (Minutes)',
      name: 'deadlineMinutes',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 1440 },
      default: 60,
      description: 'The longest one item may take, waiting and retries included',
    },
    {
      displayName: 'Description of the Change',
      name: 'description',
      type: 'string',
      typeOptions: { rows: 3 },
      default: '',
      description: 'What the diff is meant to do',
      displayOptions: { show: { '/operation': REVIEW, '/source': ['diff'] } },
    },
    {
      displayName: 'Guidance',
      name: 'guidance',
      type: 'string',
      typeOptions: { rows: 4 },
      default: '',
      placeholder: 'e.g. Public functions need tests. We target Node.js 20.',
      description: "House rules for this review, beside the repository's own AGENTS.md or .aios.yml on its default branch",
      displayOptions: { show: { '/operation': REVIEW } },
    },
    {
      displayName: 'Model Name or ID',
      name: 'model',
      type: 'options',
      typeOptions: { loadOptionsMethod: 'loadModels' },
      default: '',
      description:
        'Use this model and no other. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
    },
    {
      displayName: 'Model Policy',
      name: 'modelPolicy',
      type: 'options',
      options: [
        { name: 'As Configured', value: '', description: 'What the router file of the runtime says for this operation' },
        { name: 'Balanced', value: 'balanced', description: 'Weighs quality, cost and speed' },
        { name: 'Best', value: 'best', description: 'The most capable model' },
        { name: 'Cheapest', value: 'cheapest', description: 'The model with the lowest price' },
        { name: 'Cost and Quality', value: 'cost-quality', description: 'The cheapest model that is expected to do each call well' },
        { name: 'Fastest', value: 'fastest', description: 'The model that answers soonest' },
      ],
      default: '',
      description: 'How to choose among the models that the runtime has. A pinned model goes first.',
    },
    privacyParameter,
    {
      displayName: 'Title of the Change',
      name: 'title',
      type: 'string',
      default: '',
      description: 'What the diff is for, in one line',
      displayOptions: { show: { '/operation': REVIEW, '/source': ['diff'] } },
    },
  ],
};
