import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { testConnection } from '../shared/connection-test';
import { loadChatModels, loadPolicies } from '../shared/routing-choices';
import { modelParameters } from '../shared/routing-parameters';
import { classifyParameters } from './classify';
import { completeParameters } from './complete';
import { extractParameters } from './extract';
import { optionsParameter } from './options';
import { run } from './run';
import { instructionsParameter, textParameter } from './text';
import { usageParameters } from './usage';

const CALLS = ['complete', 'classify', 'extract', 'explain'];

/** Form of the LLM Router: which model answers is decided in the agent runtime. */
export class LlmRouter implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'LLM Router',
    name: 'llmRouter',
    icon: { light: 'file:llm-router.svg', dark: 'file:llm-router.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ { complete: "Complete", classify: "Classify", extract: "Extract", explain: "Explain", usage: "Report Usage" }[$parameter["operation"]] }}',
    description: 'Asks the cheapest model that does it well, within budget and privacy',
    defaults: { name: 'LLM Router' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'aiosRuntimeApi', required: true, testedBy: 'testConnection' }],
    properties: [
      {
        displayName: 'Operation',
        name: 'operation',
        type: 'options',
        noDataExpression: true,
        options: [
          { name: 'Classify', value: 'classify', description: 'Say which of your categories a text belongs to', action: 'Classify a text' },
          { name: 'Complete', value: 'complete', description: 'Have a prompt answered, as text or by a JSON schema', action: 'Complete a prompt' },
          { name: 'Explain', value: 'explain', description: 'Say which model a prompt would go to and why, without asking one', action: 'Explain the routing of a prompt' },
          { name: 'Extract', value: 'extract', description: 'Take fields out of a text', action: 'Extract fields from a text' },
          { name: 'Report Usage', value: 'usage', description: 'Say what was spent on models, by workflow, agent, model and more', action: 'Report usage and spend' },
        ],
        default: 'complete',
      },
      ...completeParameters,
      textParameter,
      ...classifyParameters,
      ...extractParameters,
      instructionsParameter,
      ...usageParameters,
      ...modelParameters.map((parameter) => ({
        ...parameter, displayOptions: { show: { ...parameter.displayOptions?.show, operation: CALLS } },
      })),
      { ...optionsParameter, displayOptions: { show: { operation: CALLS } } },
    ],
  };

  methods = {
    credentialTest: { testConnection },
    loadOptions: { loadChatModels, loadPolicies },
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return [await run(this)];
  }
}
