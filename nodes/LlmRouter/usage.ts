import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { SpendQuery, SpendReport } from '../shared/runtime-types';
import { callRuntime } from '../shared/transport';

const SHOW = { show: { operation: ['usage'] } };

export const usageParameters: INodeProperties[] = [
  {
    displayName: 'Period',
    name: 'period',
    type: 'options',
    options: [
      { name: 'Custom', value: 'custom', description: 'From one time to another' },
      { name: 'Last 30 Days', value: 'last30Days', description: 'Until now' },
      { name: 'Last 7 Days', value: 'last7Days', description: 'Until now' },
      { name: 'Last Month', value: 'lastMonth', description: 'The calendar month before this one' },
      { name: 'This Month', value: 'thisMonth', description: 'Since the first of the month, until now' },
      { name: 'Today', value: 'today', description: 'Since midnight, until now' },
      { name: 'Yesterday', value: 'yesterday', description: 'The day before today' },
    ],
    default: 'thisMonth',
    description: 'When the money was spent. Days begin at midnight UTC.',
    displayOptions: SHOW,
  },
  {
    displayName: 'From',
    name: 'from',
    type: 'dateTime',
    default: '',
    description: 'The first moment of the report',
    displayOptions: { show: { operation: ['usage'], period: ['custom'] } },
  },
  {
    displayName: 'To',
    name: 'to',
    type: 'dateTime',
    default: '',
    description: 'The first moment that is not in the report any more. Empty: now.',
    displayOptions: { show: { operation: ['usage'], period: ['custom'] } },
  },
  {
    displayName: 'Group By',
    name: 'groupBy',
    type: 'multiOptions',
    options: [
      { name: 'Agent', value: 'agent', description: 'Agents of the runtime, and nodes of n8n' },
      { name: 'API Key', value: 'tenant', description: 'By the names in AIOS_API_KEYS' },
      { name: 'Day', value: 'day', description: 'Days of UTC' },
      { name: 'Model', value: 'model', description: 'As provider/model' },
      { name: 'Provider', value: 'provider', description: 'Who runs the models' },
      { name: 'Task', value: 'task', description: 'Tasks of the runtime' },
      { name: 'Team', value: 'team', description: 'Of the API keys, as the router file has them' },
      { name: 'Workflow', value: 'workflow', description: 'Workflows of n8n' },
    ],
    default: ['workflow', 'agent'],
    description: 'What a row of the report is. Empty: the totals alone.',
    displayOptions: SHOW,
  },
  {
    displayName: 'Return',
    name: 'returnAs',
    type: 'options',
    options: [
      { name: 'One Item for Each Row', value: 'rows', description: 'The dearest first' },
      { name: 'One Item with the Whole Report', value: 'report', description: 'Rows and totals together' },
    ],
    default: 'rows',
    description: 'How the report becomes items',
    displayOptions: SHOW,
  },
  {
    displayName: 'Filters',
    name: 'filters',
    type: 'collection',
    placeholder: 'Add filter',
    default: {},
    description: 'Only calls that match all of them',
    options: [
      { displayName: 'Agent', name: 'agent', type: 'string', default: '', placeholder: 'e.g. cto', description: 'An agent of the runtime, or a node of n8n' },
      { displayName: 'API Key', name: 'tenant', type: 'string', default: '', placeholder: 'e.g. n8n', description: 'Its name in AIOS_API_KEYS. Keys of others need an admin.' },
      { displayName: 'Model', name: 'model', type: 'string', default: '', placeholder: 'e.g. anthropic/claude-haiku-4-5', description: 'As provider/model' },
      { displayName: 'Provider', name: 'provider', type: 'string', default: '', placeholder: 'e.g. anthropic', description: 'Who runs the models' },
      { displayName: 'Task', name: 'task', type: 'string', default: '', description: 'ID of a task of the runtime' },
      { displayName: 'Team', name: 'team', type: 'string', default: '', description: 'A team of the router file' },
      { displayName: 'Workflow', name: 'workflow', type: 'string', default: '', description: 'Name of a workflow' },
    ],
    displayOptions: SHOW,
  },
];

/** A row an item, the dearest first; or the whole report as one. */
export async function usage(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  const groupBy = context.getNodeParameter('groupBy', itemIndex, []) as string[];
  const query: SpendQuery = {
    ...periodOf(context, itemIndex), ...filtersOf(context, itemIndex), groupBy: (Array.isArray(groupBy) ? groupBy : [String(groupBy)]).join(','),
  };
  const report = await callRuntime<SpendReport>(context, {
    method: 'GET', path: '/v1/usage', query: query as IDataObject, parameterNames: { from: 'From', to: 'To', groupBy: 'Group By' },
  });
  const rows = [...report.rows].sort((a, b) => (b.costUsd ?? 0) - (a.costUsd ?? 0) || b.calls - a.calls);
  if (context.getNodeParameter('returnAs', itemIndex, 'rows') === 'report') return [{ ...report, rows } as unknown as IDataObject];
  return (groupBy.length === 0 ? [report.totals] : rows).map((row) => ({ ...row, from: report.from, to: report.to }) as unknown as IDataObject);
}

function filtersOf(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const filters = context.getNodeParameter('filters', itemIndex, {}) as IDataObject;
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== '' && value !== null && value !== undefined));
}

const DAY_MS = 86_400_000;

/** `from` and, unless it is now, `to`. */
function periodOf(context: IExecuteFunctions, itemIndex: number): { from: string; to?: string } {
  const now = new Date();
  const day = (offset: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + offset)).toISOString();
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS).toISOString();
  const month = (offset: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset)).toISOString();
  const period = context.getNodeParameter('period', itemIndex, 'thisMonth') as string;
  switch (period) {
    case 'today': return { from: day(0) };
    case 'yesterday': return { from: day(-1), to: day(0) };
    case 'last7Days': return { from: daysAgo(7) };
    case 'last30Days': return { from: daysAgo(30) };
    case 'lastMonth': return { from: month(-1), to: month(0) };
    case 'thisMonth': return { from: month(0) };
    case 'custom': {
      const to: unknown = context.getNodeParameter('to', itemIndex, '');
      return { from: timeOf(context, itemIndex, 'From', context.getNodeParameter('from', itemIndex, '')), ...(to === '' || to === null || to === undefined ? {} : { to: timeOf(context, itemIndex, 'To', to) }) };
    }
    default: throw new NodeOperationError(context.getNode(), `The parameter "Period" is not one of the list: ${period.slice(0, 40)}`, { itemIndex });
  }
}

function timeOf(context: IExecuteFunctions, itemIndex: number, displayName: string, value: unknown): string {
  const time = new Date(String(value));
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new NodeOperationError(context.getNode(), `The parameter "${displayName}" is not a time: ${String(value).slice(0, 40)}`, {
    itemIndex, description: 'Choose a time, or give one as 2026-11-22T10:00:00Z.',
  });
}
