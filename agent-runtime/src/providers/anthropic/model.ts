import type { Message, RawMessageStreamEvent, StopReason } from '@anthropic-ai/sdk/resources/messages/messages.js';
import { NO_USAGE } from '../../contract/usage.ts';
import type { FinishReason, Model, ModelCallOptions, ModelRequest, ModelResponse, ModelStreamPart } from '../model.ts';
import { withPartialUsage } from '../partial-usage.ts';
import { upstreamError } from '../upstream-error.ts';
import type { Endpoint } from '../upstream-error.ts';
import { limitsOf } from './known-models.ts';
import { toMessageParams } from './request.ts';
import { toUsage, withDelta } from './usage.ts';

export interface AnthropicModelOptions {
  /** As Anthropic names it: `claude-sonnet-5`. */
  readonly modelId: string;
  readonly apiKey: string;
  /** Default: Anthropic's own address. */
  readonly baseUrl?: string;
  /** Default: what Anthropic publishes for the model. */
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
}

/** Ends a request that the caller's signal did not; the SDK refuses long ones without it. */
const SDK_TIMEOUT_MS = 3_600_000;

/** A Claude model by Anthropic's Messages API. The SDK is loaded by the first call. */
export function createAnthropicModel(options: AnthropicModelOptions): Model {
  const limits = { ...limitsOf(options.modelId), ...definedLimits(options) };
  const endpoint: Endpoint = {
    title: 'Anthropic',
    modelId: options.modelId,
    baseUrl: options.baseUrl ?? 'https://api.anthropic.com',
    apiKey: options.apiKey,
    variables: { key: 'ANTHROPIC_API_KEY', url: 'ANTHROPIC_BASE_URL', models: 'ANTHROPIC_MODELS' },
  };
  let connection: ReturnType<typeof open> | undefined;
  const connect = () => connection ??= open(endpoint);

  return {
    id: `anthropic/${options.modelId}`,
    provider: 'anthropic',
    ...limits,
    offline: false,

    async generate(request: ModelRequest, { signal }: ModelCallOptions): Promise<ModelResponse> {
      const { client, toModelError } = await connect();
      try {
        const params = await toMessageParams(options.modelId, limits.maxOutputTokens, request);
        return toResponse(await client.messages.create({ ...params, stream: false }, { signal, timeout: SDK_TIMEOUT_MS }), endpoint);
      } catch (error) {
        throw toModelError(error, endpoint, signal);
      }
    },

    async* stream(request: ModelRequest, { signal }: ModelCallOptions): AsyncIterable<ModelStreamPart> {
      const { client, toModelError } = await connect();
      const answer: StreamedAnswer = { text: '', modelId: options.modelId, usage: NO_USAGE, stopReason: null, begun: false, ended: false };
      try {
        const params = await toMessageParams(options.modelId, limits.maxOutputTokens, request);
        for await (const event of await client.messages.create({ ...params, stream: true }, { signal, timeout: SDK_TIMEOUT_MS })) {
          const text = take(answer, event);
          if (text !== '') yield { type: 'text', text };
        }
        // The SDK ends an aborted stream without an error.
        if (!answer.ended) throw upstreamError(endpoint, { code: 'model_stream_cut', detail: 'the stream ended without message_stop' });
      } catch (error) {
        const failure = toModelError(error, endpoint, signal, answer.begun);
        throw answer.begun ? withPartialUsage(failure, answer.usage) : failure;
      }
      yield {
        type: 'end',
        response: { text: answer.text, finishReason: toFinishReason(answer.stopReason), usage: answer.usage, modelId: answer.modelId },
      };
    },
  };
}

async function open(endpoint: Endpoint) {
  const [{ Anthropic }, { toModelError }] = await Promise.all([import('@anthropic-ai/sdk'), import('./errors.ts')]);
  // The SDK logs prompts when it is told to by a variable; `null` keeps it from looking for other credentials.
  const client = new Anthropic({ apiKey: endpoint.apiKey, authToken: null, baseURL: endpoint.baseUrl, maxRetries: 0, logLevel: 'off' });
  return { client, toModelError };
}

interface StreamedAnswer {
  text: string;
  modelId: string;
  usage: ReturnType<typeof toUsage>;
  stopReason: StopReason | null;
  begun: boolean;
  ended: boolean;
}

/** Takes an event in; what it adds to the text is given back. */
function take(answer: StreamedAnswer, event: RawMessageStreamEvent): string {
  answer.begun = true;
  if (event.type === 'message_start') {
    answer.usage = toUsage(event.message.usage);
    answer.modelId = event.message.model;
  } else if (event.type === 'message_delta') {
    answer.usage = withDelta(answer.usage, event.usage);
    answer.stopReason = event.delta.stop_reason;
  } else if (event.type === 'message_stop') {
    answer.ended = true;
  } else if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
    answer.text += event.delta.text;
    return event.delta.text;
  }
  return '';
}

function toResponse(message: Message, endpoint: Endpoint): ModelResponse {
  if (!Array.isArray(message.content)) {
    throw upstreamError(endpoint, { code: 'model_unavailable', detail: 'its answer is not a message; something else may listen there' });
  }
  return {
    text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    finishReason: toFinishReason(message.stop_reason),
    usage: toUsage(message.usage),
    ...(message.usage ? {} : { usageKnown: false }),
    modelId: message.model,
  };
}

function toFinishReason(stopReason: StopReason | null): FinishReason {
  if (stopReason === 'max_tokens' || stopReason === 'model_context_window_exceeded') return 'length';
  return stopReason === 'refusal' ? 'refused' : 'stop';
}

function definedLimits({ contextWindow, maxOutputTokens }: AnthropicModelOptions) {
  return { ...(contextWindow === undefined ? {} : { contextWindow }), ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }) };
}
