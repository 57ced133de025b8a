import type { Workflow } from './n8n.ts';
import { AIOS, chain, respond, webhook } from './workflows.ts';
import type { NodeDraft } from './workflows.ts';

const ROUTER = 'n8n-nodes-aios.llmRouter';

export const llmRouter = (name: string, parameters: Record<string, unknown>, more: Partial<NodeDraft> = {}): NodeDraft => ({
  name, type: ROUTER, typeVersion: 1, parameters: { model: 'auto', policy: 'cheapest', options: {}, ...parameters }, credentials: AIOS, ...more,
});

/** The router's chat model as its node; `id` is that of the workflow. */
export const chatModel = (id: string, parameters: Record<string, unknown> = {}): Workflow['nodes'][number] => ({
  id: `${id}-model`, name: 'LLM Router Chat Model', type: 'n8n-nodes-aios.llmRouterChatModel', typeVersion: 1, position: [200, 220],
  parameters: { model: 'auto', policy: 'cheapest', options: {}, ...parameters }, credentials: AIOS,
});

/** n8n's chat, streamed, with its AI Agent on the router's chat model, with a calculator and the LLM Router node as tools. */
export function chatWithAgent(id: string, modelParameters: Record<string, unknown> = {}): Workflow {
  const workflow = chain(id, {
    name: 'Chat', type: '@n8n/n8n-nodes-langchain.chatTrigger', typeVersion: 1.4, webhookId: `chat-${id}`,
    parameters: { public: true, mode: 'webhook', options: { responseMode: 'streaming' } },
  }, {
    name: 'AI Agent', type: '@n8n/n8n-nodes-langchain.agent', typeVersion: 3.1, parameters: { options: { enableStreaming: true } },
  });
  workflow.nodes.push(
    chatModel(id, modelParameters),
    { id: `${id}-calculator`, name: 'Calculator', type: '@n8n/n8n-nodes-langchain.toolCalculator', typeVersion: 1, position: [400, 220], parameters: {} },
    {
      id: `${id}-router`, name: 'Ask a Model', type: `${ROUTER}Tool`, typeVersion: 1, position: [600, 220], credentials: AIOS,
      parameters: { toolDescription: 'Asks another model', operation: 'complete', prompt: "={{ $fromAI('prompt', 'What to ask', 'string') }}", model: 'large/maxi', options: {} },
    },
  );
  workflow.connections['LLM Router Chat Model'] = { ai_languageModel: [[{ node: 'AI Agent', type: 'ai_languageModel', index: 0 }]] };
  workflow.connections.Calculator = { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] };
  workflow.connections['Ask a Model'] = { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] };
  return workflow;
}

/** All operations, one after the other. */
export const allOperations = (): Workflow => chain(
  'operations', webhook('operations'),
  llmRouter('Complete', { operation: 'complete', prompt: '={{ $json.body.text }}' }),
  llmRouter('Classify', { operation: 'classify', text: "={{ $('Webhook').item.json.body.text }}", categories: { values: [{ name: 'bug' }, { name: 'wish' }] } }),
  llmRouter('Extract', { operation: 'extract', text: "={{ $('Webhook').item.json.body.text }}", fields: { values: [{ name: 'order', type: 'string', required: true }] } }),
  llmRouter('Explain', { operation: 'explain', prompt: "={{ $('Webhook').item.json.body.text }}", policy: 'best' }),
  llmRouter('Usage', { operation: 'usage', period: 'today', groupBy: ['workflow', 'agent'], returnAs: 'report', filters: {} }),
  respond,
);

/** A call to a model that is not there. */
export const unknownModel = (): Workflow => chain('unknown-model', webhook('unknown-model'), llmRouter('Complete', { operation: 'complete', prompt: 'Hello', model: 'small/minni' }), respond);
