import type { AbortableAsyncIterator, ChatResponse } from 'ollama';
import { NO_USAGE } from '../../contract/usage.ts';
import type { Model, ModelCallOptions, ModelRequest, ModelResponse, ModelStreamPart } from '../model.ts';
import { withPartialUsage } from '../partial-usage.ts';
import { upstreamError } from '../upstream-error.ts';
import type { Endpoint } from '../upstream-error.ts';
import { checkedFetch } from './checked-fetch.ts';
import { toModelError } from './errors.ts';
import { toChatRequest } from './request.ts';
import { isUsageKnown, toUsage } from './usage.ts';

export interface OllamaModelOptions {
  /** As `ollama list` names it: `qwen3:8b`. */
  readonly modelId: string;
  /** As in OLLAMA_HOST; a bare host and port will do. */
  readonly host: string;
  /** Default: what the server says about the model, asked by the first call; 131,072 is assumed until then. */
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  /** Counts a prompt's tokens, to give the model the context it needs and no more. */
  readonly countTokens: (text: string) => Promise<number>;
}

/** A model of an Ollama server. The library is loaded by the first call. */
export function createOllamaModel(options: OllamaModelOptions): Model {
  let contextWindow = options.contextWindow;
  const maxOutputTokens = options.maxOutputTokens ?? 16_384;
  const endpoint: Endpoint = {
    title: 'Ollama',
    modelId: options.modelId,
    baseUrl: addressOf(options.host),
    apiKey: null,
    variables: { key: 'OLLAMA_HOST', url: 'OLLAMA_HOST', models: 'OLLAMA_MODELS' },
  };

  async function connect(request: ModelRequest, signal: AbortSignal) {
    const { Ollama } = await import('ollama');
    const client = new Ollama({ host: endpoint.baseUrl, fetch: checkedFetch(endpoint, signal) });
    contextWindow ??= contextLengthOf((await client.show({ model: options.modelId })).model_info) ?? 32_768;
    const promptTokens = await options.countTokens([request.system, ...request.messages.map(({ content }) => content)].join('\n'));
    return { client, chat: toChatRequest(options.modelId, contextWindow, maxOutputTokens, promptTokens, request) };
  }

  return {
    id: `ollama/${options.modelId}`,
    provider: 'ollama',
    get contextWindow() { return contextWindow ?? 131_072; },
    maxOutputTokens,
    offline: false,

    async generate(request: ModelRequest, { signal }: ModelCallOptions): Promise<ModelResponse> {
      try {
        const { client, chat } = await connect(request, signal);
        const response = await client.chat({ ...chat, stream: false });
        if (typeof response.message?.content !== 'string') {
          throw upstreamError(endpoint, { code: 'model_unavailable', detail: 'its answer is not a chat response; something else may listen there' });
        }
        return toResponse(response, response.message.content);
      } catch (error) {
        throw toModelError(error, endpoint, signal);
      }
    },

    async* stream(request: ModelRequest, { signal }: ModelCallOptions): AsyncIterable<ModelStreamPart> {
      let text = '';
      let begun = false;
      let last: ChatResponse | undefined;
      let answer: AbortableAsyncIterator<ChatResponse> | undefined;
      try {
        const { client, chat } = await connect(request, signal);
        answer = await client.chat({ ...chat, stream: true });
        begun = true;
        for await (const part of answer) {
          last = part;
          const piece = part.message?.content ?? '';
          text += piece;
          if (piece !== '') yield { type: 'text', text: piece };
        }
      } catch (error) {
        const failure = toModelError(error, endpoint, signal, begun);
        throw begun ? withPartialUsage(failure, last ? toUsage(last) : NO_USAGE) : failure;
      } finally {
        answer?.abort();
      }
      yield { type: 'end', response: toResponse(last!, text) };
    },
  };
}

function toResponse(response: ChatResponse, text: string): ModelResponse {
  return {
    text,
    finishReason: response.done_reason === 'length' ? 'length' : 'stop',
    usage: toUsage(response),
    ...(isUsageKnown(response) ? {} : { usageKnown: false }),
    modelId: response.model,
  };
}

/** `model_info` is a plain object with a key such as `qwen3.context_length`; the library's type calls it a Map. */
function contextLengthOf(modelInfo: unknown): number | undefined {
  const entry = Object.entries(modelInfo ?? {}).find(([key]) => key.endsWith('.context_length'));
  return typeof entry?.[1] === 'number' && entry[1] > 0 ? entry[1] : undefined;
}

/** Ollama's own variable may be a bare address; 0.0.0.0 is where a server listens, not where it is reached. */
function addressOf(host: string): string {
  const bare = !/^https?:\/\//.test(host);
  const url = new URL(bare ? `http://${host.startsWith(':') ? `127.0.0.1${host}` : host}` : host);
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (bare && url.port === '') url.port = '11434';
  return url.href.replace(/\/$/, '');
}
