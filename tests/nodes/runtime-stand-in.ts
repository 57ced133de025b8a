import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askInputSchema } from '../../agent-runtime/src/contract/ask.ts';
import type { Batch, BatchRequest } from '../../agent-runtime/src/contract/batch.ts';
import { batchOutcomeSchema, batchRequestSchema, batchSchema } from '../../agent-runtime/src/contract/batch.ts';
import { problemSchema } from '../../agent-runtime/src/contract/problem.ts';
import { reviewInputSchema } from '../../agent-runtime/src/contract/review.ts';
import type { Task, TaskRequest } from '../../agent-runtime/src/contract/task.ts';
import { NO_USAGE } from '../../agent-runtime/src/contract/usage.ts';

/** How a task ends; null leaves it running. */
export type Ending = Pick<Task, 'status' | 'result' | 'error'> | null;

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface RuntimeStandIn {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  readonly batches: Map<string, { batch: Batch; request: BatchRequest }>;
  /** How tasks end from now on. */
  endWith(ending: (task: TaskRequest, index: number) => Ending): void;
  /** Answers the next requests with these statuses, without a body of ours. */
  failNext(...statuses: number[]): void;
  /** The body of the callback for a batch. */
  outcome(batchId: string): unknown;
  close(): Promise<void>;
}

export const API_KEY = 'key-of-the-stand-in';

/** A server that speaks the runtime's API, as the contract's schemas have it, and ends tasks as the test says. */
export async function startRuntimeStandIn(): Promise<RuntimeStandIn> {
  const requests: ReceivedRequest[] = [];
  const batches: RuntimeStandIn['batches'] = new Map();
  const byKey = new Map<string, string>();
  const failures: number[] = [];
  let ending: (task: TaskRequest, index: number) => Ending = (task) => succeeded({ answer: `Answer to ${String(task.input.question)}` });

  const server = createServer(async (request, response) => {
    const text = await readBody(request);
    const { pathname } = new URL(request.url ?? '/', 'http://runtime');
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
    const reply = (status: number, answer: object, type = 'application/json') => {
      response.writeHead(status, { 'content-type': type }).end(JSON.stringify(answer));
    };
    const refuse = (status: number, code: string, detail: string, issues?: Array<{ path: string; message: string }>) => {
      reply(status, problemSchema.parse({ type: `urn:aios:${code}`, title: code, status, detail, code, kind: 'user', issues }), 'application/problem+json');
    };
    const failure = failures.shift();
    if (failure !== undefined) return void response.writeHead(failure).end();
    if (request.headers.authorization !== `Bearer ${API_KEY}`) return refuse(401, 'unauthorized', 'The API key is missing or wrong.');
    if (pathname === '/v1/agents') return reply(200, { agents: [] });
    if (pathname === '/v1/models') {
      return reply(200, { models: [{ id: 'anthropic/claude', provider: 'anthropic', contextWindow: 1, maxOutputTokens: 1, offline: false, price: 'known' }] });
    }
    if (request.method === 'POST' && pathname === '/v1/batches') {
      const parsed = batchRequestSchema.safeParse(body);
      const issues = parsed.success ? inputIssues(parsed.data) : parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      if (!parsed.success || issues.length > 0) return refuse(400, 'invalid_request', 'The request is not valid.', issues);
      const key = request.headers['idempotency-key'] as string | undefined;
      const known = key === undefined ? undefined : batches.get(byKey.get(key) ?? '');
      const entry = known ?? { batch: newBatch(`b${batches.size + 1}`, parsed.data, ending), request: parsed.data };
      batches.set(entry.batch.id, entry);
      if (key !== undefined) byKey.set(key, entry.batch.id);
      return reply(entry.batch.status === 'ended' ? 200 : 202, batchSchema.parse(entry.batch));
    }
    const entry = batches.get(pathname.replace('/v1/batches/', ''));
    if (!entry) return refuse(404, 'not_found', 'There is no such batch.');
    entry.batch = newBatch(entry.batch.id, entry.request, ending);
    return reply(200, batchSchema.parse(entry.batch));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    batches,
    endWith: (next) => { ending = next; },
    failNext: (...statuses) => { failures.push(...statuses); },
    outcome: (batchId) => {
      const { tasks } = batches.get(batchId)!.batch;
      return batchOutcomeSchema.parse({ batchId, tasks });
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const succeeded = (result: Record<string, unknown>): Ending => ({ status: 'succeeded', result, error: null });
export const failed = (code: string, message: string): Ending => ({ status: 'failed', result: null, error: { code, kind: 'user', message } });

function inputIssues(request: BatchRequest): Array<{ path: string; message: string }> {
  return request.tasks.flatMap((task, index) => {
    const schema = task.operation === 'ask' ? askInputSchema : reviewInputSchema;
    const parsed = schema.safeParse(task.input);
    return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => ({ path: ['tasks', index, 'input', ...path].join('.'), message }));
  });
}

function newBatch(id: string, request: BatchRequest, ending: (task: TaskRequest, index: number) => Ending): Batch {
  const at = new Date(0).toISOString();
  const tasks = request.tasks.map((task, index): Task => {
    const end = ending(task, index);
    return {
      id: `${id}-t${index + 1}`, batchId: id, index, agent: task.agent, operation: task.operation,
      attempt: 1, maxAttempts: 5, createdAt: at, startedAt: at, endedAt: end ? at : null, nextAttemptAt: null,
      status: end?.status ?? 'running', result: end?.result ?? null, error: end?.error ?? null,
      spend: { models: [], calls: 0, usage: NO_USAGE, offline: false, costUsd: 0, costStatus: 'known' },
    };
  });
  const ended = tasks.every((task) => task.endedAt !== null);
  return {
    id, status: ended ? 'ended' : 'running', createdAt: at, endedAt: ended ? at : null, tasks,
    callback: { status: request.callbackUrl ? 'waiting' : 'none', attempts: 0, lastError: null },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
