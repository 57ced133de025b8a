import type { INodeType, INodeTypeDescription, ISupplyDataFunctions, SupplyData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { testConnection } from '../shared/connection-test';
import { loadChatModels, loadPolicies } from '../shared/routing-choices';
import { callOptions, modelParameters } from '../shared/routing-parameters';
import { supplyChatModel } from './supply';

/** A chat model for n8n's AI Agent, chains and chat; each of its calls goes through the router of the agent runtime. */
export class LlmRouterChatModel implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'LLM Router Chat Model',
    name: 'llmRouterChatModel',
    icon: { light: 'file:llm-router-chat-model.svg', dark: 'file:llm-router-chat-model.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["model"] === "auto" ? ($parameter["policy"] || "automatic") : $parameter["model"] }}',
    description: 'For an AI Agent or chain: the cheapest model that does it well, call by call',
    defaults: { name: 'LLM Router Chat Model' },
    inputs: [],
    outputs: [NodeConnectionTypes.AiLanguageModel],
    outputNames: ['Model'],
    credentials: [{ name: 'aiosRuntimeApi', required: true, testedBy: 'testConnection' }],
    properties: [
      ...modelParameters,
      { displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add option', default: {}, options: callOptions },
    ],
  };

  methods = {
    credentialTest: { testConnection },
    loadOptions: { loadChatModels, loadPolicies },
  };

  async supplyData(this: ISupplyDataFunctions, itemIndex: number): Promise<SupplyData> {
    return await supplyChatModel(this, itemIndex);
  }
}
