import type { ICredentialDataDecryptedObject, IDataObject, IExecuteFunctions, IHttpRequestMethods, ILoadOptionsFunctions, ISupplyDataFunctions } from 'n8n-workflow';
import { NodeApiError, sleep } from 'n8n-workflow';
import type { ParameterNames } from './problems';
import { problemError, unreachableError } from './problems';

const CREDENTIAL = 'aiosRuntimeApi';

/** Who can ask the runtime something: a node that runs, one that supplies a model, and a drop-down. */
export type RuntimeCaller = IExecuteFunctions | ILoadOptionsFunctions | ISupplyDataFunctions;

interface RuntimeRequest {
  method: IHttpRequestMethods;
  /** Below the base URL, as `/v1/batches`. */
  path: string;
  query?: IDataObject;
  body?: object;
  /** Makes a POST safe to repeat. */
  idempotencyKey?: string;
  headers?: Record<string, string>;
  /** A request that may cost money when it is repeated: only one that never left is sent again. */
  once?: boolean;
  /** Stops waiting, and the runtime stops working on it. */
  signal?: AbortSignal;
  /** The longest an answer may take, in ms. Default: 30 s and `waitMs`. */
  timeoutMs?: number;
  /** How long the runtime may hold the answer back, in ms. */
  waitMs?: number;
  /** For errors: which parameter a refused field came from. */
  parameterNames?: ParameterNames;
}

/** Codes after which another try would not help: a bad address, and a person who stopped the execution. */
const FINAL: ReadonlySet<string> = new Set(['ERR_INVALID_URL', 'ERR_CANCELED']);
/** Pauses before each further try when the runtime cannot be reached or is just restarting. */
const RETRY_PAUSES_MS = [300, 1_200];
const RETRIED_STATUS: ReadonlySet<number> = new Set([502, 503, 504]);
/** The request cannot have arrived. */
const UNSENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
const ANSWER_TIMEOUT_MS = 30_000;

/** Base URL of the runtime as the credential has it, without a slash at its end. */
export async function runtimeUrl(context: RuntimeCaller): Promise<string> {
  return baseUrlOf(await context.getCredentials(CREDENTIAL));
}

function baseUrlOf({ baseUrl }: ICredentialDataDecryptedObject): string {
  return String(baseUrl).trim().replace(/\/+$/, '');
}

/** The only HTTP of the nodes: one request to the runtime, answered with its body. Failures are NodeApiErrors that say what to do. */
export async function callRuntime<Answer>(context: RuntimeCaller, request: RuntimeRequest): Promise<Answer> {
  const credentials = await context.getCredentials(CREDENTIAL);
  const baseUrl = baseUrlOf(credentials);
  for (let attempt = 0; ; attempt += 1) {
    const pause = RETRY_PAUSES_MS[attempt];
    const outcome = await requestOnce(context, credentials, request);
    if ('statusCode' in outcome && outcome.statusCode < 300) return outcome.body as Answer;
    const retry = isRetried(outcome, request);
    if (retry && pause !== undefined) {
      await sleep(pause);
      continue;
    }
    if (!('statusCode' in outcome)) throw unreachableError(context.getNode(), baseUrl, outcome.reason);
    throw problemError(context.getNode(), baseUrl, outcome.statusCode, outcome.body, request.parameterNames ?? {});
  }
}

function isRetried(outcome: Outcome, { once = false }: RuntimeRequest): boolean {
  if ('statusCode' in outcome) return !once && RETRIED_STATUS.has(outcome.statusCode);
  return once ? UNSENT.has(outcome.reason) : !FINAL.has(outcome.reason);
}

type Outcome = { statusCode: number; body: unknown } | { reason: string };

async function requestOnce(context: RuntimeCaller, credentials: ICredentialDataDecryptedObject, request: RuntimeRequest): Promise<Outcome> {
  try {
    return await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, {
      method: request.method,
      url: `${baseUrlOf(credentials)}${request.path}`,
      qs: { ...request.query, ...(request.waitMs === undefined ? {} : { waitMs: request.waitMs }) },
      headers: { ...request.headers, ...(request.idempotencyKey === undefined ? {} : { 'Idempotency-Key': request.idempotencyKey }) },
      ...(request.body === undefined ? {} : { body: request.body }),
      json: true,
      returnFullResponse: true,
      ignoreHttpStatusErrors: true,
      timeout: request.timeoutMs ?? ANSWER_TIMEOUT_MS + (request.waitMs ?? 0),
      ...(request.signal === undefined ? {} : { abortSignal: request.signal }),
    }, { credentialsDecrypted: { id: '', name: CREDENTIAL, type: CREDENTIAL, data: credentials } }) as { statusCode: number; body: unknown };
  } catch (error) {
    const reason = connectionFailure(error as Error);
    if (reason === undefined) throw new NodeApiError(context.getNode(), error as never);
    return { reason };
  }
}

/** Node's code of a failed connection (`ECONNREFUSED`); undefined for an error of another sort. */
function connectionFailure(error: object): string | undefined {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return typeof cause === 'object' && cause !== null ? connectionFailure(cause) : undefined;
}
