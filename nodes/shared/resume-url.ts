import type { IExecuteFunctions } from 'n8n-workflow';

/** Address that wakes this run of this node and no other, so that a callback that comes twice cannot wake a later wait. */
export function resumeUrl(context: IExecuteFunctions): string {
  return `${String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0))}/${context.getNode().id}`;
}
