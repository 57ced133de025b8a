import { contentHashOf, isRecord } from '../call.ts';
import type { CallTool, LlmCall } from '../call.ts';
import { sendJson } from '../perform.ts';
import { startStandIn } from '../stand-in.ts';
import type { LlmStandIn, StandInOptions } from '../stand-in.ts';
import { OLLAMA_CHAT, OLLAMA_EMBEDDINGS } from './render.ts';
import { problemOf, problemOfEmbeddings } from './validate.ts';

export interface OllamaStandInOptions extends StandInOptions {
  /** Models that are there. Default: every name. */
  readonly models?: readonly string[];
  /** What `/api/show` says of each. Default 32,768. */
  readonly contextLength?: number;
  /** What `/api/show` says of each. Default: all. */
  readonly capabilities?: readonly string[];
}

/** Ollama's API: `/api/chat`, `/api/embed`, `/api/show`, `/api/tags` and `/api/version`. */
export function startOllamaStandIn(options: OllamaStandInOptions = {}): Promise<LlmStandIn> {
  const has = (model: unknown) => options.models === undefined || options.models.includes(String(model));
  const contextLength = options.contextLength ?? 32_768;
  const capabilities = options.capabilities ?? ['completion', 'tools', 'vision', 'thinking'];
  return startStandIn({
    service: 'Ollama',
    other(request, path, body, response) {
      if (request.method === 'GET' && path === '/api/version') sendJson(response, 200, { version: '0.30.0' });
      else if (request.method === 'GET' && path === '/api/tags') sendJson(response, 200, { models: (options.models ?? []).map((name) => ({ name, model: name })) });
      else if (request.method === 'POST' && path === '/api/show' && isRecord(body) && typeof body.model === 'string') {
        if (!has(body.model)) sendJson(response, 404, { error: `model '${body.model}' not found` });
        else sendJson(response, 200, { details: { family: 'llama' }, model_info: { 'general.architecture': 'llama', 'llama.context_length': contextLength }, capabilities });
      } else if (request.method === 'POST' && (path === '/api/chat' || path === '/api/embed') && isRecord(body) && !has(body.model)) {
        sendJson(response, 404, { error: `model '${String(body.model)}' not found` });
      } else return false;
      return true;
    },
    read(request, path, body) {
      if (request.method !== 'POST') return null;
      if (path === '/api/embed') {
        const problem = problemOfEmbeddings(body);
        return problem === null ? toEmbeddingCall(path, request.headers, body as Record<string, unknown>) : { violation: problem };
      }
      if (path !== '/api/chat') return null;
      const problem = problemOf(body, capabilities);
      return problem === null ? toCall(path, request.headers, body as Record<string, unknown>) : { violation: problem };
    },
    renderer: (call) => (call.path === '/api/embed' ? OLLAMA_EMBEDDINGS : OLLAMA_CHAT),
    refuse: (message, response) => sendJson(response, 400, { error: message }),
  }, options);
}

function toCall(path: string, headers: LlmCall['headers'], body: Readonly<Record<string, unknown>>): LlmCall {
  const all = body.messages as { role: string; content: string; images?: string[] }[];
  const tools = (body.tools ?? []) as { function: { name: string; parameters?: CallTool['schema'] } }[];
  const parts = {
    model: String(body.model),
    system: all.filter(({ role }) => role === 'system').map(({ content }) => content).join('\n'),
    messages: all.filter(({ role }) => role !== 'system').map(({ role, content }) => ({ role, content })),
    images: all.flatMap(({ role, images = [] }) => images.map((data) => ({ role, url: `data:image/unknown;base64,${data}` }))),
    tools: tools.map((tool) => ({ name: tool.function.name, schema: tool.function.parameters ?? {} })),
    schema: isRecord(body.format) ? body.format : null,
  };
  const limit = isRecord(body.options) ? body.options.num_predict : undefined;
  // Ollama streams unless it is told not to.
  return { ...parts, path, headers, body, stream: body.stream !== false, maxTokens: typeof limit === 'number' ? limit : null, contentHash: contentHashOf(parts) };
}

function toEmbeddingCall(path: string, headers: LlmCall['headers'], body: Readonly<Record<string, unknown>>): LlmCall {
  const inputs = Array.isArray(body.input) ? body.input.map(String) : [String(body.input)];
  const parts = { model: String(body.model), system: '', messages: inputs.map((content) => ({ role: 'user', content })), images: [], tools: [], schema: null };
  return { ...parts, path, headers, body, stream: false, maxTokens: null, contentHash: contentHashOf(parts) };
}
