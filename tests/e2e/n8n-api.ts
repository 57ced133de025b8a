import { setTimeout as pause } from 'node:timers/promises';

/** One run of a node, as an execution's data has it. */
export interface NodeRun {
  readonly executionStatus?: string;
  readonly error?: { readonly message: string; readonly description?: string | null; readonly name?: string };
  readonly data?: Record<string, Array<Array<{ json: Record<string, unknown>; pairedItem?: unknown }> | null>>;
}

export interface Execution {
  readonly id: string;
  readonly workflowId: string;
  readonly startedAt: string;
  readonly status: 'new' | 'running' | 'waiting' | 'success' | 'error' | 'canceled' | 'crashed';
  readonly data?: {
    readonly resultData: {
      readonly error?: { readonly message: string; readonly description?: string | null };
      readonly lastNodeExecuted?: string;
      readonly runData: Record<string, NodeRun[]>;
    };
  };
}

/** n8n's API as the tests use it: the public one, and the editor's own where there is no public one. */
export interface N8nApi {
  /** Newest first, with their data. */
  executions(workflowId: string): Promise<Execution[]>;
  /** Resolves with the newest execution of the workflow that `accept` takes. */
  untilExecution(workflowId: string, accept: (execution: Execution) => boolean): Promise<Execution>;
  /** What the editor's credential dialog gets when it tests a credential. */
  testCredential(credential: { id: string; name: string; type: string; data: Record<string, unknown> }): Promise<{ status: string; message: string }>;
  /** What a drop-down of a node in the editor gets. */
  loadOptions(query: Record<string, unknown>): Promise<Array<{ name: string; value: string; description?: string }>>;
  /** Any request of the editor; throws when it is refused. */
  rest(method: string, path: string, body?: unknown): Promise<unknown>;
}

const ENDED = new Set<Execution['status']>(['success', 'error', 'canceled', 'crashed']);
export const hasEnded = (execution: Execution): boolean => ENDED.has(execution.status);

export async function createApi(baseUrl: string, owner: { email: string; password: string }): Promise<N8nApi> {
  let cookie = '';
  const rest = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${baseUrl}/rest${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'browser-id': 'tests', ...(cookie ? { cookie } : {}) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /rest${path} gave ${response.status}: ${text.slice(0, 500)}`);
    const setCookie = response.headers.getSetCookie().find((value) => value.startsWith('n8n-auth='));
    if (setCookie) cookie = setCookie.split(';')[0]!;
    return (JSON.parse(text) as { data: unknown }).data;
  };
  await rest('POST', '/login', { emailOrLdapLoginId: owner.email, password: owner.password });
  const key = await rest('POST', '/api-keys', { label: 'tests', expiresAt: null, scopes: ['execution:read', 'execution:list', 'workflow:read'] }) as { rawApiKey: string };

  const executions = async (workflowId: string): Promise<Execution[]> => {
    const response = await fetch(`${baseUrl}/api/v1/executions?workflowId=${workflowId}&includeData=true&limit=100`, {
      headers: { 'X-N8N-API-KEY': key.rawApiKey },
    });
    if (!response.ok) throw new Error(`reading executions gave ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { data: Execution[] }).data;
  };

  return {
    executions,
    rest,
    async untilExecution(workflowId, accept) {
      for (;;) {
        const found = (await executions(workflowId)).find(accept);
        if (found) return found;
        await pause(50);
      }
    },
    async testCredential(credential) {
      return await rest('POST', '/credentials/test', { credentials: credential }) as { status: string; message: string };
    },
    async loadOptions(query) {
      return await rest('POST', '/dynamic-node-parameters/options', query) as Array<{ name: string; value: string }>;
    },
  };
}
