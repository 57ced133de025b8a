import { isRecord } from '../call.ts';
import { sendJson } from '../perform.ts';
import { startStandIn } from '../stand-in.ts';
import type { LlmStandIn, StandInOptions } from '../stand-in.ts';
import { CHAT_COMPLETIONS, toCompletionCall } from './chat-completions.ts';
import { EMBEDDINGS, problemOfEmbeddings, toEmbeddingCall } from './embeddings.ts';
import { errorBody } from './errors.ts';
import { RESPONSES, problemOfResponses, toResponsesCall } from './responses.ts';
import { problemOf, problemOfKey } from './validate.ts';

export interface OpenAiStandInOptions extends StandInOptions {
  /** Refuse requests without a key. Default true; a self-hosted server mostly does not. */
  readonly requiresKey?: boolean;
  /** What `/v1/models` lists. */
  readonly models?: readonly string[];
}

/** OpenAI's API, as OpenAI and self-hosted servers have it: `/v1/chat/completions`, `/v1/embeddings`, `/v1/models` and, for plain text, `/v1/responses`. */
export function startOpenAiStandIn(options: OpenAiStandInOptions = {}): Promise<LlmStandIn> {
  const models = options.models ?? ['gpt-5.6-sol', 'gpt-5.6-terra', 'gpt-5.6-luna', 'gpt-4.1-mini', 'stand-in'];
  return startStandIn({
    service: 'OpenAI',
    other(request, path, _body, response) {
      if (request.method !== 'GET' || path !== '/v1/models') return false;
      sendJson(response, 200, { object: 'list', data: models.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'stand-in' })) });
      return true;
    },
    read(request, path, body) {
      if (request.method !== 'POST') return null;
      if (path === '/v1/responses') {
        const problem = problemOfResponses(body);
        return problem === null ? toResponsesCall(path, request.headers, body as Record<string, unknown>) : { violation: problem };
      }
      if (path === '/v1/embeddings') {
        if (!isRecord(body)) return { violation: 'We could not parse the JSON body of your request.' };
        const problem = problemOfKey(request.headers, options.requiresKey ?? true) ?? problemOfEmbeddings(body);
        return problem === null ? toEmbeddingCall(path, request.headers, body) : { violation: problem };
      }
      if (path !== '/v1/chat/completions') return null;
      const problem = problemOf(request.headers, body, options.requiresKey ?? true);
      return problem === null ? toCompletionCall(path, request.headers, body as Record<string, unknown>) : { violation: problem };
    },
    renderer: (call) => (call.path === '/v1/responses' ? RESPONSES : call.path === '/v1/embeddings' ? EMBEDDINGS : CHAT_COMPLETIONS),
    refuse: (message, response) => sendJson(response, 400, errorBody(message, 'invalid_request_error', null)),
  }, options);
}
