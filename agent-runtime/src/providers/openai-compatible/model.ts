import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions/completions.js';
import type { FinishReason, Model, ModelCallOptions, ModelRequest, ModelResponse, ModelStreamPart } from '../model.ts';
import { withPartialUsage } from '../partial-usage.ts';
import { upstreamError } from '../upstream-error.ts';
import type { Endpoint } from '../upstream-error.ts';
import { limitsOf } from './known-models.ts';
import { toCompletionParams } from './request.ts';
import type { RequestTarget } from './request.ts';
import { toUsage } from './usage.ts';

export interface OpenAiCompatibleModelOptions {
  /** As the server names it: `gpt-5.6-terra`, `Qwen/Qwen3-32B`. */
  readonly modelId: string;
  /** Absent: the server wants none. */
  readonly apiKey?: string;
  /** With its version: `http://127.0.0.1:8000/v1`. Default: OpenAI. */
  readonly baseUrl?: string;
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
}

/** Ends a request that the caller's signal did not. */
const SDK_TIMEOUT_MS = 3_600_000;

/** A model behind a server that speaks OpenAI's chat completions: OpenAI, vLLM and the like. The SDK is loaded by the first call. */
export function createOpenAiCompatibleModel(options: OpenAiCompatibleModelOptions): Model {
  const known = limitsOf(options.modelId);
  const contextWindow = options.contextWindow ?? known.contextWindow;
  const maxOutputTokens = options.maxOutputTokens ?? known.maxOutputTokens;
  const baseUrl = options.baseUrl ?? 'https://api.openai.com/v1';
  const target: RequestTarget = { modelId: options.modelId, maxOutputTokens, official: new URL(baseUrl).host === 'api.openai.com' };
  const endpoint: Endpoint = {
    title: target.official ? 'OpenAI' : 'The OpenAI-compatible server',
    modelId: options.modelId,
    baseUrl,
    apiKey: options.apiKey ?? null,
    variables: { key: 'OPENAI_API_KEY', url: 'OPENAI_BASE_URL', models: 'OPENAI_MODELS' },
  };
  let connection: ReturnType<typeof open> | undefined;
  const connect = () => connection ??= open(endpoint);

  return {
    id: `openai-compatible/${options.modelId}`,
    provider: 'openai-compatible',
    contextWindow,
    maxOutputTokens,
    offline: false,

    async generate(request: ModelRequest, { signal }: ModelCallOptions): Promise<ModelResponse> {
      const { client, toModelError } = await connect();
      try {
        const params = toCompletionParams(target, request);
        return toResponse(await client.chat.completions.create({ ...params, stream: false }, { signal, timeout: SDK_TIMEOUT_MS }), endpoint);
      } catch (error) {
        throw toModelError(error, endpoint, signal);
      }
    },

    async* stream(request: ModelRequest, { signal }: ModelCallOptions): AsyncIterable<ModelStreamPart> {
      const { client, toModelError } = await connect();
      const answer: StreamedAnswer = { text: '', modelId: options.modelId, usage: null, finishReason: null, refusal: '', begun: false };
      try {
        const params = { ...toCompletionParams(target, request), stream: true as const, stream_options: { include_usage: true } };
        for await (const chunk of await client.chat.completions.create(params, { signal, timeout: SDK_TIMEOUT_MS })) {
          const text = take(answer, chunk);
          if (text !== '') yield { type: 'text', text };
        }
        // The SDK ends an aborted stream without an error, and hides the closing `[DONE]`.
        if (answer.finishReason === null || signal.aborted) {
          throw upstreamError(endpoint, { code: 'model_stream_cut', detail: 'the stream ended without a finish_reason' });
        }
      } catch (error) {
        const failure = toModelError(error, endpoint, signal, answer.begun);
        throw answer.begun ? withPartialUsage(failure, toUsage(answer.usage)) : failure;
      }
      yield { type: 'end', response: finish(answer) };
    },
  };
}

async function open(endpoint: Endpoint) {
  const [{ OpenAI }, { toModelError }] = await Promise.all([import('openai'), import('./errors.ts')]);
  const client = new OpenAI({
    // The SDK wants some key; for a server without keys the header is left out.
    apiKey: endpoint.apiKey ?? 'none',
    ...(endpoint.apiKey === null ? { defaultHeaders: { authorization: null } } : {}),
    adminAPIKey: null, organization: null, project: null,
    baseURL: endpoint.baseUrl, maxRetries: 0, logLevel: 'off',
  });
  return { client, toModelError };
}

interface StreamedAnswer {
  text: string;
  modelId: string;
  usage: ChatCompletionChunk['usage'] | null;
  finishReason: string | null;
  refusal: string;
  begun: boolean;
}

/** Takes a chunk in; what it adds to the text is given back. */
function take(answer: StreamedAnswer, chunk: ChatCompletionChunk): string {
  answer.begun = true;
  answer.modelId = chunk.model ?? answer.modelId;
  answer.usage = chunk.usage ?? answer.usage;
  const choice = chunk.choices?.[0];
  answer.finishReason = choice?.finish_reason ?? answer.finishReason;
  answer.refusal += choice?.delta?.refusal ?? '';
  const text = choice?.delta?.content ?? '';
  answer.text += text;
  return text;
}

function finish({ text, refusal, finishReason, usage, modelId }: StreamedAnswer): ModelResponse {
  return {
    text: text || refusal,
    finishReason: refusal === '' ? toFinishReason(finishReason) : 'refused',
    usage: toUsage(usage),
    ...(usage ? {} : { usageKnown: false }),
    modelId,
  };
}

function toResponse(completion: ChatCompletion, endpoint: Endpoint): ModelResponse {
  const choice = completion.choices?.[0];
  if (!choice?.message) {
    throw upstreamError(endpoint, { code: 'model_unavailable', detail: 'its answer is not a chat completion; something else may listen there' });
  }
  return finish({
    text: choice.message.content ?? '', refusal: choice.message.refusal ?? '', finishReason: choice.finish_reason,
    usage: completion.usage, modelId: completion.model, begun: true,
  });
}

function toFinishReason(reason: string | null): FinishReason {
  if (reason === 'length') return 'length';
  return reason === 'content_filter' ? 'refused' : 'stop';
}
