import { countOf, piecesOf, usageOf } from '../behaviour.ts';
import type { Answer, FailureKind } from '../behaviour.ts';
import { contentHashOf, isRecord } from '../call.ts';
import type { LlmCall } from '../call.ts';
import { sendJson } from '../perform.ts';
import type { Renderer } from '../perform.ts';
import { startStandIn } from '../stand-in.ts';
import type { LlmStandIn, StandInOptions } from '../stand-in.ts';
import { problemOf } from './validate.ts';

export interface OllamaStandInOptions extends StandInOptions {
  /** Models that are there. Default: every name. */
  readonly models?: readonly string[];
  /** What `/api/show` says of each. Default 32,768. */
  readonly contextLength?: number;
}

/** Ollama's chat API: `/api/chat`, `/api/show`, `/api/tags` and `/api/version`. */
export function startOllamaStandIn(options: OllamaStandInOptions = {}): Promise<LlmStandIn> {
  const has = (model: unknown) => options.models === undefined || options.models.includes(String(model));
  const contextLength = options.contextLength ?? 32_768;
  return startStandIn({
    service: 'Ollama',
    other(request, path, body, response) {
      if (request.method === 'GET' && path === '/api/version') sendJson(response, 200, { version: '0.30.0' });
      else if (request.method === 'GET' && path === '/api/tags') sendJson(response, 200, { models: (options.models ?? []).map((name) => ({ name, model: name })) });
      else if (request.method === 'POST' && path === '/api/show' && isRecord(body) && typeof body.model === 'string') {
        if (!has(body.model)) sendJson(response, 404, { error: `model '${body.model}' not found` });
        else sendJson(response, 200, { details: { family: 'llama' }, model_info: { 'general.architecture': 'llama', 'llama.context_length': contextLength }, capabilities: ['completion'] });
      } else if (request.method === 'POST' && path === '/api/chat' && isRecord(body) && !has(body.model)) {
        sendJson(response, 404, { error: `model '${String(body.model)}' not found` });
      } else return false;
      return true;
    },
    read(request, path, body) {
      if (request.method !== 'POST' || path !== '/api/chat') return null;
      const problem = problemOf(body);
      return problem === null ? toCall(path, request.headers, body as Record<string, unknown>) : { violation: problem };
    },
    renderer: () => RENDERER,
    refuse: (message, response) => sendJson(response, 400, { error: message }),
  }, options);
}

function toCall(path: string, headers: LlmCall['headers'], body: Readonly<Record<string, unknown>>): LlmCall {
  const all = body.messages as { role: string; content: string }[];
  const parts = {
    model: String(body.model),
    system: all.filter(({ role }) => role === 'system').map(({ content }) => content).join('\n'),
    messages: all.filter(({ role }) => role !== 'system').map(({ role, content }) => ({ role, content })),
    schema: isRecord(body.format) ? body.format : null,
  };
  const limit = isRecord(body.options) ? body.options.num_predict : undefined;
  // Ollama streams unless it is told not to.
  return { ...parts, path, headers, body, stream: body.stream !== false, maxTokens: typeof limit === 'number' ? limit : null, contentHash: contentHashOf(parts) };
}

const RENDERER: Renderer = {
  streamType: 'application/x-ndjson',
  whole: (answer, call) => ({ ...part(answer.text, call), ...ending(answer, call) }),
  lines: (answer, call) => ({
    head: [],
    pieces: piecesOf(answer.text).map((text) => `${JSON.stringify({ ...part(text, call), done: false })}\n`),
    tail: [`${JSON.stringify({ ...part('', call), ...ending(answer, call) })}\n`],
  }),
  error: (kind) => ({ status: ERRORS[kind][0], body: { error: ERRORS[kind][1] } }),
  errorLine: (kind) => `${JSON.stringify({ error: ERRORS[kind][1] })}\n`,
  brokenLine: '{"model":"llama3","message":{"role":\n',
};

function part(content: string, call: LlmCall) {
  return { model: call.model, created_at: new Date().toISOString(), message: { role: 'assistant', content } };
}

function ending(answer: Answer, call: LlmCall) {
  const usage = usageOf(answer, countOf(call.system) + call.messages.reduce((sum, { content }) => sum + countOf(content), 0));
  const counts = answer.usage === 'none' ? {} : { prompt_eval_count: usage.input, eval_count: usage.output };
  return { done: true, done_reason: answer.finish === 'length' ? 'length' : 'stop', total_duration: 1_000_000, load_duration: 1_000, ...counts };
}

const ERRORS: Readonly<Record<FailureKind, readonly [number, string]>> = {
  'rate-limited': [429, 'rate limit exceeded'],
  overloaded: [503, 'server busy, please try again.  maximum pending requests exceeded'],
  unauthorized: [401, 'unauthorized'],
  forbidden: [403, 'access denied'],
  billing: [402, 'this model requires a subscription'],
  'not-found': [404, 'model \'none\' not found'],
  'bad-request': [400, 'invalid options: num_ctx'],
  'context-too-long': [400, 'the input length exceeds the context length'],
  refused: [400, 'the request was refused'],
  'server-error': [500, 'llama runner process has terminated: exit status 2'],
};
