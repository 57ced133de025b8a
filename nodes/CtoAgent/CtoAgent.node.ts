import type {
  IExecuteFunctions,
  INodeExecutionData,
  INodeType,
  INodeTypeDescription,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { testConnection } from '../shared/connection-test';
import { loadModels } from '../shared/models';
import { resume } from '../shared/resume';
import type { Wait } from '../shared/wait';
import { runTasks } from '../shared/wait';
import { askParameters } from './ask';
import { optionsParameter } from './options';
import { reviewParameters } from './review-pull-request';
import { buildTask, PARAMETER_NAMES } from './task';
import { waitParameters } from './waiting';

/** Form of the CTO Agent: what it does happens in the agent runtime. */
export class CtoAgent implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'CTO Agent',
    name: 'ctoAgent',
    icon: { light: 'file:cto-agent.svg', dark: 'file:cto-agent.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ { reviewPullRequest: "Review Pull Request", ask: "Ask" }[$parameter["operation"]] }}',
    description: 'Reviews pull requests and answers engineering questions',
    defaults: { name: 'CTO Agent' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'aiosRuntimeApi', required: true, testedBy: 'testConnection' }],
    webhooks: [
      {
        name: 'default',
        httpMethod: 'POST',
        responseMode: 'onReceived',
        responseData: '',
        path: '={{ $nodeId }}',
        restartWebhook: true,
        isFullPath: true,
      },
    ],
    properties: [
      {
        displayName: 'Operation',
        name: 'operation',
        type: 'options',
        noDataExpression: true,
        options: [
          {
            name: 'Ask',
            value: 'ask',
            description: 'Answer an engineering question, from a context if you give one',
            action: 'Ask the CTO a question',
          },
          {
            name: 'Review Pull Request',
            value: 'reviewPullRequest',
            description: 'Review a pull request on GitHub or a diff: verdict, findings and what was covered',
            action: 'Review a pull request',
          },
        ],
        default: 'reviewPullRequest',
      },
      ...reviewParameters,
      ...askParameters,
      ...waitParameters,
      optionsParameter,
    ],
  };

  methods = {
    credentialTest: { testConnection },
    loadOptions: { loadModels },
  };

  // n8n calls these for triggers only; an execution that is woken has nothing to register.
  webhookMethods = {
    default: {
      async checkExists(): Promise<boolean> {
        return true;
      },
      async create(): Promise<boolean> {
        return true;
      },
      async delete(): Promise<boolean> {
        return true;
      },
    },
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await runTasks(this, (itemIndex) => buildTask(this, itemIndex), {
      wait: this.getNodeParameter('wait', 0) as Wait,
      holdSeconds: this.getNodeParameter('holdSeconds', 0, 300) as number,
      parameterNames: PARAMETER_NAMES,
    });
  }

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return resume(this);
  }
}
