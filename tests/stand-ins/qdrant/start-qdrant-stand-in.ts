import { createFailures, type PlannedFailure } from '../http/failures.ts';
import { assertNone, type Answer, type RecordedRequest, type Violation } from '../http/http-exchange.ts';
import { startHttpServer } from '../http/start-http-server.ts';
import { loadQdrantContract, type QdrantContract } from './qdrant-contract.ts';
import { OPERATIONS } from './qdrant-operations.ts';
import { Refusal, type QdrantState } from './qdrant-state.ts';

const MAX_REQUEST_BYTES = 32 * 1024 * 1024;

export interface QdrantStandInOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Absent: everybody may call. */
  readonly apiKey?: string;
}

/** A Qdrant that lives in memory, speaks HTTP and holds every call and its own answers against Qdrant's published description. */
export interface QdrantStandIn {
  readonly url: string;
  /** By name. */
  readonly collections: QdrantState;
  readonly requests: readonly RecordedRequest[];
  readonly violations: Violation[];
  fail(planned: PlannedFailure): void;
  assertNoViolations(): void;
  close(): Promise<void>;
}

export async function startQdrantStandIn({ port, apiKey }: QdrantStandInOptions = {}): Promise<QdrantStandIn> {
  const contract = await loadQdrantContract();
  const collections: QdrantState = new Map();
  const violations: Violation[] = [];
  const requests: RecordedRequest[] = [];
  const failures = createFailures();
  const server = await startHttpServer({
    port, failures, requests,
    handle: (request) => answerRequest({ contract, collections, violations, apiKey }, request),
  });
  return {
    url: server.url, collections, requests, violations,
    fail: (planned) => failures.plan(planned),
    assertNoViolations: () => assertNone(violations, 'Qdrant'),
    close: () => server.close(),
  };
}

interface Playing {
  readonly contract: QdrantContract;
  readonly collections: QdrantState;
  readonly violations: Violation[];
  readonly apiKey: string | undefined;
}

function answerRequest({ contract, collections, violations, apiKey }: Playing, request: RecordedRequest): Answer {
  const violation = (problem: string): Answer => {
    violations.push({ request: `${request.method} ${request.path}`, problem });
    return refused(400, `Violation of Qdrant's contract: ${problem}`);
  };
  const given = request.headers['api-key'];
  if (apiKey !== undefined && given !== apiKey) {
    return { status: 401, body: given === undefined ? 'Must provide an API key or an Authorization bearer token' : 'Invalid API key or JWT' };
  }
  if (Buffer.byteLength(request.text) > MAX_REQUEST_BYTES) return refused(413, 'Payload error: JSON payload is larger than allowed');
  const operation = contract.match(request.method, request.path);
  const play = operation && OPERATIONS[operation.id];
  if (!play) return violation(operation ? `the stand-in does not play ${operation.id}` : 'Qdrant has no such operation');
  const body: unknown = request.text === '' ? undefined : JSON.parse(request.text);
  const problems = operation.checkRequest(request.query, body);
  if (problems.length > 0) return violation(problems.join('; '));
  let answer: Answer;
  try {
    answer = answerOf(() => play({ state: collections, path: operation.path, body: (body ?? {}) as Readonly<Record<string, unknown>> }));
  } catch (error) {
    return violation(String(error));
  }
  const lies = operation.checkAnswer(answer.status, answer.body);
  return lies.length > 0 ? violation(`the stand-in's answer is not Qdrant's: ${lies.join('; ')}`) : answer;
}

function answerOf(play: () => unknown): Answer {
  try {
    return { status: 200, body: { result: play(), status: 'ok', time: 0.001 } };
  } catch (error) {
    if (error instanceof Refusal) return refused(error.status, error.message);
    throw error;
  }
}

function refused(status: number, error: string): Answer {
  return { status, body: { status: { error }, time: 0.001, result: null } };
}
