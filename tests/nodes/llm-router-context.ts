import type { IDataObject, IExecuteFunctions, IHttpRequestOptions, INode, INodeExecutionData } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';
import { AiosRuntimeApi } from '../../credentials/AiosRuntimeApi.credentials.ts';

export interface RouterRun {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Parameters of each input item, as n8n would have evaluated them. */
  readonly items: ReadonlyArray<Record<string, unknown>>;
  readonly onError?: INode['onError'];
  readonly signal?: AbortSignal;
  readonly workflow?: string;
}

const DEFAULTS: Record<string, unknown> = { operation: 'complete', model: 'auto', policy: '', options: {}, answerAs: 'text' };

/** As much of n8n as the node uses, on a real connection. */
export function routerContext({ baseUrl, apiKey, items, onError, signal, workflow = 'A workflow' }: RouterRun): IExecuteFunctions {
  const node: INode = { id: 'node-1', name: 'Ask the router', type: 'n8n-nodes-aios.llmRouter', typeVersion: 1, position: [0, 0], parameters: {}, ...(onError ? { onError } : {}) };
  const input: INodeExecutionData[] = items.map((json) => ({ json: json as IDataObject }));
  const context = {
    getNode: () => node,
    getInputData: () => input,
    getNodeParameter: (name: string, itemIndex: number, fallback?: unknown) => {
      const value = { ...DEFAULTS, ...items[itemIndex] }[name];
      return value === undefined ? fallback : value;
    },
    getWorkflow: () => ({ id: 'workflow-1', name: workflow, active: true }),
    getExecutionCancelSignal: () => signal,
    continueOnFail: () => onError !== undefined && onError !== 'stopWorkflow',
    getCredentials: async () => ({ baseUrl, apiKey }),
    helpers: { httpRequestWithAuthentication: (_type: string, options: IHttpRequestOptions) => send(node, apiKey, options) },
  };
  return context as unknown as IExecuteFunctions;
}

/** As n8n sends: authenticated as the credential says, and with every failure of the connection as a NodeApiError. */
async function send(node: INode, apiKey: string, options: IHttpRequestOptions) {
  const url = new URL(options.url);
  for (const [name, value] of Object.entries(options.qs ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
  const { headers } = await new AiosRuntimeApi().authenticate({ apiKey }, options);
  try {
    const response = await fetch(url, {
      method: options.method ?? 'GET',
      headers: { 'content-type': 'application/json', ...headers as Record<string, string> },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.abortSignal === undefined ? {} : { signal: options.abortSignal as AbortSignal }),
    });
    const text = await response.text();
    return { statusCode: response.status, body: text === '' ? '' : JSON.parse(text) as unknown };
  } catch (error) {
    const { message, code } = (error as { cause?: { message: string; code: string } }).cause ?? { message: 'canceled', code: 'ERR_CANCELED' };
    throw new NodeApiError(node, Object.assign(new Error(message), { code }) as never);
  }
}
