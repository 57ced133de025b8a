import type { INode, JsonObject } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';
import type { Problem } from './runtime-types';

/** Fields of a task request (`input.pullRequest.number`) and the parameter, as the form calls it, that each comes from. */
export type ParameterNames = Readonly<Record<string, string>>;

interface ItemIssue {
  /** Index in the batch; undefined when the problem is not about one task. */
  task: number | undefined;
  message: string;
}

const README = 'https://github.com/aios-n8n/n8n-nodes-aios#troubleshooting';

/** The runtime could not be reached at all, or broke the connection off. */
export function unreachableError(node: INode, baseUrl: string, reason: string): NodeApiError {
  return new NodeApiError(node, {}, {
    message: `The agent runtime cannot be reached at ${baseUrl}`,
    description: `${reasonInWords(reason)} Start the runtime ("npm start" in the folder of n8n-nodes-aios, or the container "agent-runtime") and check the base URL in the credential: in a container, 127.0.0.1 is the container itself. See ${README}`,
  });
}

/** An answer of the runtime that is not a success, as an error that says what to do. */
export function problemError(node: INode, baseUrl: string, status: number, answered: unknown, names: ParameterNames): NodeApiError {
  const body = isWireError(answered) ? problemOf(status, answered) : answered;
  if (!isProblem(body)) {
    return new NodeApiError(node, {}, {
      httpCode: String(status),
      message: `What answers at ${baseUrl} is not an agent runtime`,
      description: `It answered HTTP ${status} without the runtime's error document. Check the base URL in the credential: scheme, host and port, without a path.`,
    });
  }
  const issues = itemIssues(body, names);
  const error = new NodeApiError(node, {}, {
    httpCode: String(body.status),
    ...wording(body, baseUrl, issues),
    ...(issues[0]?.task === undefined ? {} : { itemIndex: issues[0].task }),
  });
  error.context.problem = body as unknown as JsonObject;
  return error;
}

/** What is wrong with which tasks of a batch that was refused; empty when the refusal is not about single tasks. */
export function refusedTasks(error: unknown, names: ParameterNames): Map<number, string> {
  const refused = new Map<number, string>();
  const problem = error instanceof NodeApiError ? error.context.problem : undefined;
  if (!isProblem(problem)) return refused;
  for (const { task, message } of itemIssues(problem, names)) {
    if (task === undefined) return new Map();
    const earlier = refused.get(task);
    refused.set(task, earlier === undefined ? message : `${earlier}; ${message}`);
  }
  return refused;
}

function wording(problem: Problem, baseUrl: string, issues: ItemIssue[]): { message: string; description: string } {
  if (problem.code === 'unauthorized') {
    return {
      message: 'The agent runtime refused the API key',
      description: `The key in the credential is not one of AIOS_API_KEYS of the runtime at ${baseUrl}. Put the right key into the credential "AIOS Runtime API".`,
    };
  }
  if (problem.code === 'callback_origin_not_allowed') {
    return {
      message: 'The agent runtime may not call this n8n back',
      description: `${problem.detail} Add this n8n's address to AIOS_CALLBACK_ORIGINS of the runtime, or set Wait to "Hold the Connection".`,
    };
  }
  if (issues.length > 0) {
    return { message: issues.map((issue) => issue.message).join('; '), description: problem.detail };
  }
  return { message: problem.detail, description: `${problem.title} (${problem.code}, HTTP ${problem.status}).` };
}

function itemIssues(problem: Problem, names: ParameterNames): ItemIssue[] {
  return (problem.issues ?? []).map(({ path, message }) => {
    const parts = path.split(/[.[\]/]+/).filter((part) => part !== '');
    const task = parts[0] === 'tasks' && /^\d+$/.test(parts[1] ?? '') ? Number(parts[1]) : undefined;
    const field = parts.slice(task === undefined ? 0 : 2).join('.');
    const name = names[field];
    return { task, message: name === undefined ? `${field || 'The request'}: ${message}` : `The parameter "${name}" is not valid: ${message}` };
  });
}

/** How the endpoints that speak OpenAI's API say that something failed; the code is the runtime's own. */
interface WireError {
  error: { message: string; code: string; param?: string | null };
}

function isWireError(body: unknown): body is WireError {
  const error: unknown = typeof body === 'object' && body !== null && 'error' in body && !isProblem(body) ? body.error : undefined;
  return typeof error === 'object' && error !== null && 'message' in error && 'code' in error && typeof error.code === 'string';
}

function problemOf(status: number, { error: { message, code, param } }: WireError): Problem {
  const named = typeof param === 'string' && message.startsWith(`${param}: `) ? param : undefined;
  return {
    type: `urn:aios:${code}`, title: 'The call was not answered', status, detail: message, code, kind: status < 500 ? 'user' : 'operational',
    ...(named === undefined ? {} : { issues: [{ path: named, message: message.slice(named.length + 2) }] }),
  };
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'status' in body;
}

function reasonInWords(reason: string): string {
  switch (reason) {
    case 'ECONNREFUSED': return 'Nothing listens there.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN': return 'There is no host of that name.';
    case 'ETIMEDOUT':
    case 'ECONNABORTED': return 'It did not answer in time.';
    case 'ECONNRESET':
    case 'EPIPE': return 'The connection broke off.';
    case 'ERR_INVALID_URL': return 'The base URL is not a valid address.';
    default: return `The connection failed (${reason}).`;
  }
}
