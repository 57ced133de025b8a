import { execute, GraphQLError, parse, validate } from 'graphql';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { createFailures } from '../http/failures.ts';
import type { PlannedFailure } from '../http/failures.ts';
import { assertNone } from '../http/http-exchange.ts';
import type { Answer, RecordedRequest, Violation } from '../http/http-exchange.ts';
import { startHttpServer } from '../http/start-http-server.ts';
import { linearOperations } from './linear-operations.ts';
import type { LinearOperations } from './linear-operations.ts';
import { loadLinearSchema, resolveField } from './linear-schema.ts';
import type { LinearIssueState, LinearState, LinearTeam, LinearWebhookState } from './linear-state.ts';

export interface LinearStandInOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `[LINEAR_TEST_KEY]`. */
  readonly apiKeys?: readonly string[];
  /** Default one team, `ENG`. */
  readonly teams?: readonly LinearTeam[];
  /** Default the copy in tests/fixtures/contracts. */
  readonly schemaFile?: string | URL;
}

/** The key that the stand-in knows unless others are given. */
export const LINEAR_TEST_KEY = 'lin_api_standInKeyThatIsNoSecret00000001';

/** A Linear that lives in memory, speaks GraphQL over HTTP and holds every call against Linear's published schema. */
export interface LinearStandIn {
  readonly url: string;
  /** `<url>/graphql`. */
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly teams: readonly LinearTeam[];
  readonly issues: readonly LinearIssueState[];
  readonly webhooks: readonly LinearWebhookState[];
  readonly comments: LinearState['comments'];
  readonly requests: readonly RecordedRequest[];
  readonly violations: readonly Violation[];
  fail(planned: PlannedFailure): void;
  assertNoViolations(): void;
  close(): Promise<void>;
}

export async function startLinearStandIn(options: LinearStandInOptions = {}): Promise<LinearStandIn> {
  const apiKeys = options.apiKeys ?? [LINEAR_TEST_KEY];
  const state: LinearState = {
    teams: [...options.teams ?? [{ id: '5f0c1d3a-7b1e-4c57-9a43-0d9a6c1f2e01', key: 'ENG', name: 'Engineering' }]],
    issues: [], webhooks: [], comments: [],
  };
  const violations: Violation[] = [];
  const requests: RecordedRequest[] = [];
  const failures = createFailures();
  const schema = await loadLinearSchema(options.schemaFile);
  const operations = linearOperations(state);
  const server = await startHttpServer({
    port: options.port, failures, requests,
    handle: (request) => answer(request, { schema, operations, apiKeys, violations }),
  });
  return {
    url: server.url,
    apiUrl: `${server.url}/graphql`,
    apiKey: apiKeys[0] ?? '',
    ...state,
    requests,
    violations,
    fail: (planned) => failures.plan(planned),
    assertNoViolations: () => assertNone(violations, 'Linear'),
    close: () => server.close(),
  };
}

interface Playing {
  readonly schema: GraphQLSchema;
  readonly operations: LinearOperations;
  readonly apiKeys: readonly string[];
  readonly violations: Violation[];
}

interface GraphQLCall {
  readonly query?: unknown;
  readonly variables?: Record<string, unknown> | null;
  readonly operationName?: string | null;
}

async function answer(request: RecordedRequest, playing: Playing): Promise<Answer> {
  const { schema, operations, apiKeys, violations } = playing;
  const violate = (problems: readonly string[], status = 400): Answer => {
    violations.push({ request: `${request.method} ${request.path}`, problem: problems.join('; ') });
    return { status, body: { errors: problems.map((message) => ({ message, extensions: { type: 'graphql error', code: 'GRAPHQL_VALIDATION_FAILED' } })) } };
  };
  if (request.method !== 'POST' || request.path !== '/graphql') return violate(['Linear answers POST /graphql only'], 404);
  if (!apiKeys.includes((request.headers.authorization ?? '').replace(/^Bearer /, ''))) return unauthenticated();
  const call = readCall(request.text);
  if (typeof call?.query !== 'string') return violate(['the body is not JSON with a query']);

  let document: DocumentNode;
  try {
    document = parse(call.query);
  } catch (error) {
    return violate([(error as Error).message]);
  }
  const errors = validate(schema, document);
  if (errors.length > 0) return violate(errors.map(({ message }) => message));

  const notPlayed = (field: string): never => {
    violations.push({ request: field, problem: 'the stand-in does not play this field' });
    throw new GraphQLError(`the stand-in does not play ${field}`);
  };
  const result = await execute({
    schema, document, variableValues: call.variables, operationName: call.operationName,
    fieldResolver(source, args, context, info) {
      const root = info.parentType === schema.getQueryType() ? operations.query
        : info.parentType === schema.getMutationType() ? operations.mutation : undefined;
      if (root === undefined) return resolveField(source, args, context, info);
      return (root[info.fieldName] ?? (() => notPlayed(`${info.parentType.name}.${info.fieldName}`)))(args);
    },
  });
  // An error without a path was raised before anything ran: the variables do not fit the schema.
  const early = (result.errors ?? []).filter(({ path }) => path === undefined);
  if (early.length > 0) return violate(early.map(({ message }) => message));
  return { status: 200, headers: { 'x-request-id': 'stand-in' }, body: result };
}

function readCall(text: string): GraphQLCall | null {
  try {
    return JSON.parse(text) as GraphQLCall;
  } catch {
    return null;
  }
}

function unauthenticated(): Answer {
  return {
    status: 401,
    body: {
      errors: [{
        message: 'Authentication required, not authenticated',
        extensions: {
          type: 'authentication error', code: 'AUTHENTICATION_ERROR', statusCode: 401, userError: true,
          userPresentableMessage: 'You need to authenticate to access this operation.',
        },
      }],
    },
  };
}
