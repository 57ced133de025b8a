import type { Workflow, WorkflowNode } from './n8n.ts';

type Connection = { node: string; type: string; index: number };
export type NodeDraft = Pick<WorkflowNode, 'name' | 'type' | 'parameters'> & Partial<WorkflowNode>;

export const AIOS = { aiosRuntimeApi: { id: null, name: 'AIOS Runtime' } };

/** Webhook with the path, which answers through a Respond to Webhook node. */
export const webhook = (path: string): NodeDraft => ({
  name: 'Webhook', type: 'n8n-nodes-base.webhook', typeVersion: 2.1, webhookId: `webhook-${path}`,
  parameters: { httpMethod: 'POST', path, responseMode: 'responseNode', options: {} },
});

/** One item for each entry of the posted `items`. */
export const splitItems: NodeDraft = {
  name: 'Split', type: 'n8n-nodes-base.splitOut', typeVersion: 1, parameters: { fieldToSplitOut: 'body.items', options: {} },
};

export const ctoAgent = (parameters: Record<string, unknown>, more: Partial<WorkflowNode> = {}): NodeDraft => ({
  name: 'CTO Agent', type: 'n8n-nodes-aios.ctoAgent', typeVersion: 1, parameters, credentials: AIOS, ...more,
});

export const respond: NodeDraft = {
  name: 'Respond', type: 'n8n-nodes-base.respondToWebhook', typeVersion: 1.4, parameters: { respondWith: 'allIncomingItems', options: {} },
};

/** A workflow whose nodes follow one another. */
export function chain(id: string, ...nodes: NodeDraft[]): Workflow {
  const connections: Record<string, { main: Connection[][] }> = {};
  nodes.forEach((node, index) => {
    const next = nodes[index + 1];
    if (next) connections[node.name] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
  });
  return {
    id, name: id, active: false, settings: { executionOrder: 'v1' }, connections,
    nodes: nodes.map((node, index) => ({ id: `${id}-${index}`, typeVersion: 1, position: [index * 240, 0], ...node })),
  };
}
