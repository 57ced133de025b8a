import type { Anthropic } from '@anthropic-ai/sdk';
import type { Message, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages/messages.js';
import type { Stream } from '@anthropic-ai/sdk/streaming';
import { identityOf, variablesOf } from '../model-overrides.ts';
import type { ModelOverrides } from '../model-overrides.ts';
import type { Model, ModelCallOptions, ModelRequest, ModelResponse, ModelStreamPart } from '../model.ts';
import { withPartialUsage } from '../partial-usage.ts';
import { addressOf } from '../server-address.ts';
import { upstreamError } from '../upstream-error.ts';
import type { Endpoint } from '../upstream-error.ts';
import { abilitiesOf, limitsOf } from './known-models.ts';
import { createReading } from './reading.ts';
import { toMessageRequest } from './request.ts';

export interface AnthropicModelOptions extends ModelOverrides {
  /** As Anthropic names it: `claude-sonnet-5`. */
  readonly modelId: string;
  readonly apiKey: string;
  /** Default: Anthropic's own address. */
  readonly baseUrl?: string;
}

/** Called directly: the SDK's `messages.create` prints a line with every call of a model that is to be retired. */
const PATH = '/v1/messages';
/** Ends a request that the caller's signal did not; the SDK refuses long ones without it. */
const SDK_TIMEOUT_MS = 3_600_000;

/** A Claude model by Anthropic's Messages API. The SDK is loaded by the first call. */
export function createAnthropicModel(options: AnthropicModelOptions): Model {
  const known = limitsOf(options.modelId);
  const maxOutputTokens = options.maxOutputTokens ?? known.maxOutputTokens;
  const { url } = addressOf(options.baseUrl ?? 'https://api.anthropic.com');
  const endpointFor = (apiKey: string): Endpoint => ({
    title: 'Anthropic', modelId: options.modelId, baseUrl: url, apiKey,
    variables: variablesOf({ key: 'ANTHROPIC_API_KEY', url: 'ANTHROPIC_BASE_URL', models: 'ANTHROPIC_MODELS' }, options),
  });
  const clients = new Map<string, Anthropic>();

  async function begin(request: ModelRequest, { signal, apiKey = options.apiKey }: ModelCallOptions) {
    const [{ Anthropic: Client }, { toModelError, strangeAnswer }, { params, headers }] = await Promise.all([
      import('@anthropic-ai/sdk'), import('./errors.ts'), toMessageRequest(options.modelId, maxOutputTokens, request),
    ]);
    let client = clients.get(apiKey);
    // The SDK logs prompts when it is told to by a variable; `null` keeps it from looking for other credentials.
    client ??= new Client({ apiKey, authToken: null, baseURL: url, maxRetries: 0, logLevel: 'off', fetchOptions: { redirect: 'manual' } });
    clients.set(apiKey, client);
    return { client, toModelError, strangeAnswer, params, options: { signal, headers, timeout: SDK_TIMEOUT_MS } };
  }

  return {
    ...identityOf('anthropic', options.modelId, options),
    endpoint: url,
    abilities: { ...abilitiesOf(options.modelId), ...options.abilities },
    contextWindow: options.contextWindow ?? known.contextWindow,
    maxOutputTokens,
    offline: false,

    async generate(request: ModelRequest, callOptions: ModelCallOptions): Promise<ModelResponse> {
      const endpoint = endpointFor(callOptions.apiKey ?? options.apiKey);
      const call = await begin(request, callOptions);
      try {
        const message = await call.client.post<Message>(PATH, { ...call.options, body: call.params, stream: false });
        const reading = createReading(options.modelId);
        if (!reading.takeWhole(message)) throw call.strangeAnswer(message, endpoint);
        return reading.end();
      } catch (error) {
        throw call.toModelError(error, endpoint, callOptions.signal);
      }
    },

    async* stream(request: ModelRequest, callOptions: ModelCallOptions): AsyncIterable<ModelStreamPart> {
      const endpoint = endpointFor(callOptions.apiKey ?? options.apiKey);
      const call = await begin(request, callOptions);
      let waiting: ModelStreamPart[] = [];
      const reading = createReading(options.modelId, (part) => waiting.push(part));
      try {
        const { data, response } = await call.client
          .post<Stream<RawMessageStreamEvent>>(PATH, { ...call.options, body: { ...call.params, stream: true }, stream: true }).withResponse();
        if (/^(application\/json|text\/html)/.test(response.headers.get('content-type') ?? '')) throw call.strangeAnswer(await response.text(), endpoint);
        for await (const event of data) {
          reading.take(event);
          const parts = waiting;
          waiting = [];
          yield* parts;
        }
        // The SDK ends an aborted stream without an error.
        if (!reading.hasEnded()) throw upstreamError(endpoint, { code: 'model_stream_cut', reason: reading.isStopped() ? 'the stream ended without an answer' : 'the stream ended without message_stop' });
      } catch (error) {
        const failure = call.toModelError(error, endpoint, callOptions.signal, reading.hasBegun());
        // What comes after `message_stop` changes nothing.
        if (!reading.hasEnded()) throw reading.hasBegun() ? withPartialUsage(failure, reading.usage()) : failure;
      }
      const response = reading.end();
      yield* waiting;
      yield { type: 'end', response };
    },
  };
}
