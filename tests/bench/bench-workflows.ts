import { chain, ctoAgent, respond, webhook } from '../e2e/workflows.ts';
import type { SeededCredential, Workflow } from '../e2e/n8n.ts';

const OPENAI = { openAiApi: { id: null, name: 'Stand-in' } };
export const MODEL = 'bench-model';

/** The built-in AI Agent with a chat model, asked the same as the CTO Agent. */
function builtInAgent(): Workflow {
  const workflow = chain('benchAiAgent', webhook('bench-ai-agent'), {
    name: 'AI Agent', type: '@n8n/n8n-nodes-langchain.agent', typeVersion: 3.1,
    parameters: { promptType: 'define', text: '={{ $json.body.question }}', options: {} },
  }, respond);
  workflow.nodes.push({
    id: 'benchAiAgent-model', name: 'Model', type: '@n8n/n8n-nodes-langchain.lmChatOpenAi', typeVersion: 1.3, position: [240, 200], credentials: OPENAI,
    parameters: { model: { __rl: true, mode: 'id', value: MODEL }, responsesApiEnabled: false, options: {} },
  });
  workflow.connections.Model = { ai_languageModel: [[{ node: 'AI Agent', type: 'ai_languageModel', index: 0 }]] };
  return workflow;
}

/** The three contestants: webhook → one node → respond. */
export const CONTESTANTS = [
  { name: 'trivial (Set)', path: 'bench-set' },
  { name: 'AI Agent (built in)', path: 'bench-ai-agent' },
  { name: 'CTO Agent (Ask, hold)', path: 'bench-cto' },
] as const;

export const benchWorkflows = (): Workflow[] => [
  chain('benchSet', webhook('bench-set'), {
    name: 'Set', type: 'n8n-nodes-base.set', typeVersion: 3.4,
    parameters: { assignments: { assignments: [{ id: 'answer', name: 'answer', type: 'string', value: '={{ $json.body.question }}' }] }, options: {} },
  }, respond),
  builtInAgent(),
  chain('benchCto', webhook('bench-cto'), ctoAgent({ operation: 'ask', question: '={{ $json.body.question }}', wait: 'hold', holdSeconds: 60, options: {} }), respond),
];

export const benchCredentials = (options: { runtimeUrl: string; apiKey: string; llmUrl: string }): SeededCredential[] => [
  { id: 'benchRuntime', name: 'AIOS Runtime', type: 'aiosRuntimeApi', data: { baseUrl: options.runtimeUrl, apiKey: options.apiKey } },
  { id: 'benchOpenAi', name: 'Stand-in', type: 'openAiApi', data: { apiKey: 'none', url: `${options.llmUrl}/v1` } },
];
