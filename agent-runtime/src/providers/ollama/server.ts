import type { Ollama } from 'ollama';
import { variablesOf } from '../model-overrides.ts';
import type { ModelOverrides } from '../model-overrides.ts';
import { addressOf } from '../server-address.ts';
import type { Endpoint } from '../upstream-error.ts';
import { checkedFetch } from './checked-fetch.ts';

export interface OllamaOptions extends ModelOverrides {
  /** As `ollama list` names it: `qwen3:8b`. */
  readonly modelId: string;
  /** As in OLLAMA_HOST; a bare host and port will do. */
  readonly host: string;
  /** A hosted Ollama wants one. */
  readonly apiKey?: string;
}

/** A server of Ollama. */
export interface Server {
  readonly url: string;
  /** For messages about a call that used this key. */
  endpoint(apiKey: string | undefined): Endpoint;
  /** The library, which knows a signal only for all calls of a client: so each call has a client. It is loaded by the first one. */
  client(signal: AbortSignal, apiKey: string | undefined): Promise<Ollama>;
}

export function createServer(options: OllamaOptions): Server {
  const { url, authorization } = addressOf(withScheme(options.host));
  const endpoint: Endpoint = {
    title: 'Ollama', modelId: options.modelId, baseUrl: url, apiKey: options.apiKey ?? null,
    variables: variablesOf({ key: 'OLLAMA_HOST', url: 'OLLAMA_HOST', models: 'OLLAMA_MODELS' }, options),
  };
  const endpointFor = (apiKey: string | undefined) => (apiKey === undefined ? endpoint : { ...endpoint, apiKey });
  return {
    url,
    endpoint: endpointFor,
    async client(signal, apiKey = options.apiKey) {
      const { Ollama: Client } = await import('ollama');
      const value = apiKey === undefined ? authorization : `Bearer ${apiKey}`;
      return new Client({ host: url, fetch: checkedFetch(endpointFor(apiKey), signal), ...(value === null ? {} : { headers: { authorization: value } }) });
    },
  };
}

/** Ollama's own variable may be a bare address; 0.0.0.0 is where a server listens, not where it is reached. */
function withScheme(host: string): string {
  const bare = !/^https?:\/\//.test(host);
  const url = new URL(bare ? `http://${host.startsWith(':') ? `127.0.0.1${host}` : host}` : host);
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (bare && url.port === '') url.port = '11434';
  return url.href;
}
