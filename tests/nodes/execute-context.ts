import type { IDataObject, IExecuteData, IExecuteFunctions, IHttpRequestOptions, INode, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';
import { AiosRuntimeApi } from '../../credentials/AiosRuntimeApi.credentials.ts';

export interface ContextOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** One for each input item, over the defaults below. */
  readonly items: ReadonlyArray<Record<string, unknown>>;
  readonly onError?: INode['onError'];
  /** An AI Agent runs the node by itself, as its tool. */
  readonly inlineTool?: boolean;
}

/** What n8n would hold of a node's run: the context that `execute` sees, and what it did to the execution. */
export interface NodeRun {
  readonly context: IExecuteFunctions;
  readonly entry: IExecuteData;
  /** Until when the execution was put to sleep. */
  waitTill(): Date | undefined;
  /** The context that `webhook` sees when the suspended run gets this callback, and the status it answered with by itself. */
  wake(body: unknown): { context: IWebhookFunctions; status: () => number | undefined };
}

const DEFAULTS: Record<string, unknown> = { operation: 'ask', wait: 'hold', holdSeconds: 5, options: {}, question: 'Why?', context: '' };

/** As much of n8n as the node uses, on a real connection. Parameters come as n8n would have evaluated them. */
export function createNodeRun({ baseUrl, apiKey, items, onError, inlineTool = false }: ContextOptions): NodeRun {
  const node: INode = { id: 'node-1', name: 'CTO Agent', type: 'n8n-nodes-aios.ctoAgent', typeVersion: 1, position: [0, 0], parameters: {}, ...(onError ? { onError } : {}) };
  const input: INodeExecutionData[] = items.map((json) => ({ json: json as IDataObject }));
  const entry: IExecuteData = { node, data: { main: [input] }, source: null };
  let waitTill: Date | undefined;

  const context = {
    executeData: entry,
    isToolExecution: () => inlineTool,
    getNode: () => node,
    getInputData: () => input,
    getNodeParameter: (name: string, itemIndex: number, fallback?: unknown) => {
      const value = { ...DEFAULTS, ...items[itemIndex] }[name];
      return value === undefined ? fallback : value;
    },
    getWorkflow: () => ({ id: 'workflow-1', active: true }),
    getExecutionId: () => 'execution-1',
    evaluateExpression: (expression: string) => {
      const values: Record<string, unknown> = { '{{ $execution.resumeUrl }}': 'http://127.0.0.1:5678/webhook-waiting/1?signature=abc', '{{ $runIndex }}': 0 };
      return values[expression];
    },
    continueOnFail: () => onError !== undefined && onError !== 'stopWorkflow',
    getCredentials: async () => ({ baseUrl, apiKey }),
    setMetadata: (metadata: object) => { entry.metadata = { ...entry.metadata, ...metadata }; },
    putExecutionToWait: async (until: Date) => { waitTill = until; },
    helpers: { httpRequestWithAuthentication: (_type: string, options: IHttpRequestOptions) => send(node, apiKey, options) },
  };
  return {
    context: context as unknown as IExecuteFunctions,
    entry,
    waitTill: () => waitTill,
    wake: (body) => wakeContext(node, entry, body),
  };
}

function wakeContext(node: INode, executeData: IExecuteData, body: unknown) {
  let status: number | undefined;
  const response = { status: (code: number) => { status = code; return { json: () => undefined }; } };
  const context = { getNode: () => node, getBodyData: () => body, getResponseObject: () => response, executeData };
  return { context: context as unknown as IWebhookFunctions, status: () => status };
}

/** As n8n sends: authenticated as the credential says, and with every failure of the connection as a NodeApiError. */
async function send(node: INode, apiKey: string, options: IHttpRequestOptions) {
  const url = new URL(options.url);
  for (const [name, value] of Object.entries(options.qs ?? {})) url.searchParams.set(name, String(value));
  const { headers } = await new AiosRuntimeApi().authenticate({ apiKey }, options);
  try {
    const response = await fetch(url, {
      method: options.method ?? 'GET',
      headers: { 'content-type': 'application/json', ...headers as Record<string, string> },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    return { statusCode: response.status, body: text === '' ? '' : JSON.parse(text) as unknown };
  } catch (error) {
    const { message, code } = (error as { cause: { message: string; code: string } }).cause;
    throw new NodeApiError(node, Object.assign(new Error(message), { code }) as never);
  }
}
