import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { callerName, readRouting, ROUTING_NAMES } from '../shared/routing';
import type { Decision, ExplainRequest } from '../shared/runtime-types';
import { callRuntime } from '../shared/transport';
import { promptOf } from './complete';
import { schemaOf } from './parameters';

/** The decision that Complete would come to, without a call: the model, the reason, all candidates and what dropped them. */
export async function explain(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const { model, policy, privacy, session, costLimitUsd, maxTokens } = readRouting(context, itemIndex);
  const workflow = context.getWorkflow().name;
  const body: Record<keyof ExplainRequest, unknown> | object = {
    ...promptOf(context, itemIndex),
    ...(context.getNodeParameter('answerAs', itemIndex, 'text') === 'json' ? { outputSchema: schemaOf(context, 'schema', itemIndex) } : {}),
    ...(model === 'auto' ? {} : { model }),
    policy, privacy, session, costLimitUsd, maxOutputTokens: maxTokens,
    agent: callerName(context.getNode().name), workflow: workflow === undefined ? undefined : callerName(workflow),
  };
  return await callRuntime<Decision>(context, { method: 'POST', path: '/v1/router/explain', body, parameterNames: ROUTING_NAMES }) as unknown as IDataObject;
}
