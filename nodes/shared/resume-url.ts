import type { IExecuteFunctions } from 'n8n-workflow';

/** Address that wakes this node and no other of the execution; which of its runs, the batch says. */
export function resumeUrl(context: IExecuteFunctions): string {
  return `${String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0))}/${context.getNode().id}`;
}
