import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { ParameterNames } from '../shared/problems';
import { callerName } from '../shared/routing';
import type { AskInput, ReviewInput, TaskOptions, TaskRequest } from '../shared/runtime-types';

/** Where each field of the task request comes from, by the names that the form shows. */
export const PARAMETER_NAMES: ParameterNames = {
  'input.pullRequest': 'Source',
  'input.pullRequest.owner': 'Owner',
  'input.pullRequest.repository': 'Repository',
  'input.pullRequest.number': 'Pull Request Number',
  'input.diff': 'Diff',
  'input.title': 'Title of the Change',
  'input.description': 'Description of the Change',
  'input.guidance': 'Guidance',
  'input.publish': 'Publish to GitHub',
  'input.allowApprove': 'Allow Approval',
  'input.checkRun': 'Check Run',
  'input.question': 'Question',
  'input.context': 'Context',
  'options.model': 'Model',
  'options.modelPolicy': 'Model Policy',
  'options.privacy': 'Privacy',
  'options.costLimitUsd': 'Cost Limit (USD)',
  'options.deadlineMs': 'Deadline (Minutes)',
};

interface Options {
  allowApprove?: boolean;
  checkRun?: boolean;
  /** What an expression gives may be text. */
  costLimitUsd?: unknown;
  deadlineMinutes?: unknown;
  description?: string;
  guidance?: string;
  model?: string;
  /** Empty: as the router file has it. */
  modelPolicy?: TaskOptions['modelPolicy'] | '';
  privacy?: TaskOptions['privacy'] | '';
  title?: string;
}

/** The parameters of one item as a task. Throws a NodeOperationError that names the parameter to fill in. */
export function buildTask(context: IExecuteFunctions, itemIndex: number): TaskRequest {
  const operation = context.getNodeParameter('operation', itemIndex) as 'ask' | 'reviewPullRequest';
  const options = context.getNodeParameter('options', itemIndex, {}) as Options;
  return {
    agent: 'cto',
    operation: operation === 'ask' ? 'ask' : 'review-pull-request',
    input: operation === 'ask' ? askInput(context, itemIndex) : reviewInput(context, itemIndex, options),
    options: defined({
      modelPolicy: options.modelPolicy || undefined,
      model: options.model || undefined,
      privacy: options.privacy || undefined,
      workflow: callerName(context.getWorkflow().name ?? '') || undefined,
      costLimitUsd: above0(context, options.costLimitUsd, itemIndex, 'Cost Limit (USD)'),
      deadlineMs: minutes(above0(context, options.deadlineMinutes, itemIndex, 'Deadline (Minutes)')),
    }),
  };
}

function askInput(context: IExecuteFunctions, itemIndex: number): AskInput {
  const contextText = text(context, 'context', itemIndex);
  return defined({
    question: required(context, 'question', itemIndex, 'Question', 'Write what you want to know.'),
    context: contextText === '' ? undefined : contextText,
  });
}

function reviewInput(context: IExecuteFunctions, itemIndex: number, options: Options): ReviewInput {
  const guidance = options.guidance || undefined;
  if (context.getNodeParameter('source', itemIndex) === 'diff') {
    return defined({
      diff: required(context, 'diff', itemIndex, 'Diff', 'Give the text that "git diff" prints.'),
      title: options.title || undefined,
      description: options.description || undefined,
      guidance,
    });
  }
  const publish = context.getNodeParameter('publish', itemIndex, false) as boolean;
  return defined({
    pullRequest: {
      owner: required(context, 'owner', itemIndex, 'Owner', NO_PULL_REQUEST),
      repository: required(context, 'repository', itemIndex, 'Repository', NO_PULL_REQUEST),
      number: pullRequestNumber(context, itemIndex),
    },
    guidance,
    publish,
    ...(publish ? { allowApprove: options.allowApprove, checkRun: options.checkRun } : {}),
  });
}

const NO_PULL_REQUEST =
  'The item that came in holds no GitHub pull request at the usual place. Connect a GitHub Trigger, or fill in owner, repository and number yourself.';

function pullRequestNumber(context: IExecuteFunctions, itemIndex: number): number {
  const value = required(context, 'pullRequestNumber', itemIndex, 'Pull Request Number', NO_PULL_REQUEST);
  const number = /^#?\d{1,15}$/.test(value) ? Number(value.replace('#', '')) : 0;
  if (number < 1) {
    throw new NodeOperationError(context.getNode(), `The parameter "Pull Request Number" is not a number: ${value.slice(0, 40)}`, {
      itemIndex,
      description: 'Give the number that GitHub shows after the title, for example 42.',
    });
  }
  return number;
}

function required(context: IExecuteFunctions, name: string, itemIndex: number, displayName: string, description: string): string {
  const value = text(context, name, itemIndex);
  if (value.trim() === '') {
    throw new NodeOperationError(context.getNode(), `The parameter "${displayName}" is empty`, { itemIndex, description });
  }
  return value;
}

/** A parameter as text; an expression that found nothing is empty. */
function text(context: IExecuteFunctions, name: string, itemIndex: number): string {
  const value: unknown = context.getNodeParameter(name, itemIndex, '');
  return value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A number that was set; text that is one counts. */
function above0(context: IExecuteFunctions, value: unknown, itemIndex: number, displayName: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = Number(value);
  if (number > 0) return number;
  throw new NodeOperationError(context.getNode(), `The parameter "${displayName}" is not a number above 0: ${String(value).slice(0, 40)}`, {
    itemIndex,
    description: 'Give a number above 0, or remove the option.',
  });
}

function minutes(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 60_000);
}

function defined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Value;
}
