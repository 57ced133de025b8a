import { supplyModel } from '@n8n/ai-node-sdk';
import type { INode, ISupplyDataFunctions, SupplyData } from 'n8n-workflow';
import { readRouting, routingHeaders } from '../shared/routing';
import { runtimeUrl } from '../shared/transport';
import { failedAttempt } from './failed-attempt';
import { tellDecisions } from './tell-decisions';

/** Further tries when the runtime cannot be reached. What it answers is final: it has tried other models itself. */
const RETRIES = 2;

/** A chat model on the runtime's OpenAI-compatible endpoint, so that n8n's own client does tools and streaming. */
export async function supplyChatModel(context: ISupplyDataFunctions, itemIndex: number): Promise<SupplyData> {
  const routing = readRouting(context, itemIndex);
  const baseUrl = await runtimeUrl(context);
  const { apiKey } = await context.getCredentials('aiosRuntimeApi');
  const supplied = supplyModel(context, {
    type: 'openai',
    baseUrl: `${baseUrl}/v1`,
    apiKey: String(apiKey),
    // The name goes with the parameters: n8n's client would send some models of OpenAI to another endpoint by their names.
    model: 'auto',
    additionalParams: { model: routing.model },
    defaultHeaders: routingHeaders(routing, { agent: agentOf(context), workflow: context.getWorkflow().name }),
    temperature: routing.temperature,
    maxTokens: routing.maxTokens,
    maxRetries: RETRIES,
    onFailedAttempt: failedAttempt(context, baseUrl),
  });
  tellDecisions(context, supplied.response);
  return supplied;
}

/** The node that the model is for, where n8n says it: spend is then reported by AI Agent and not by model. */
function agentOf(context: ISupplyDataFunctions): string {
  const { parentNode } = context as { parentNode?: INode };
  return (parentNode ?? context.getNode()).name;
}
