import type { Pool } from 'undici';
import type { ModelOverrides } from '../model-overrides.ts';
import { variablesOf } from '../model-overrides.ts';
import { addressOf } from '../server-address.ts';
import type { Endpoint } from '../upstream-error.ts';
import { connectionsTo } from './connections.ts';
import type { HttpRequest } from './exchange.ts';

export interface OpenAiCompatibleOptions extends ModelOverrides {
  /** As the server names it: `gpt-5.6-terra`, `Qwen/Qwen3-32B`. */
  readonly modelId: string;
  /** Absent: the server wants none. */
  readonly apiKey?: string;
  /** With its version: `http://127.0.0.1:8000/v1`. Default: OpenAI. */
  readonly baseUrl?: string;
}

/** A server that speaks OpenAI's API. */
export interface Server {
  readonly url: string;
  /** OpenAI itself. */
  readonly official: boolean;
  connect(): Pool | Promise<Pool>;
  /** `path` below the base URL: `/chat/completions`. */
  request(path: string, body: unknown, apiKey: string | undefined): HttpRequest;
  /** For messages about a call that used this key. */
  endpoint(apiKey: string | undefined): Endpoint;
}

export function createServer(options: OpenAiCompatibleOptions): Server {
  const { url, origin, path: base, query, authorization } = addressOf(options.baseUrl ?? 'https://api.openai.com/v1');
  const official = new URL(url).host === 'api.openai.com';
  const endpoint: Endpoint = {
    title: official ? 'OpenAI' : 'The OpenAI-compatible server', modelId: options.modelId, baseUrl: url, apiKey: options.apiKey ?? null,
    variables: variablesOf({ key: 'OPENAI_API_KEY', url: 'OPENAI_BASE_URL', models: 'OPENAI_MODELS' }, options),
  };
  const headersFor = (key: string | undefined) => ({
    'content-type': 'application/json', accept: 'application/json, text/event-stream',
    ...(key !== undefined ? { authorization: `Bearer ${key}` } : authorization !== null ? { authorization } : {}),
  });
  const usual = headersFor(options.apiKey);
  return {
    url, official,
    connect: () => connectionsTo(origin),
    request: (path, body, apiKey) => ({
      path: `${base}${path}${query}`, body: JSON.stringify(body),
      headers: apiKey === undefined || apiKey === options.apiKey ? usual : headersFor(apiKey),
    }),
    endpoint: (apiKey) => (apiKey === undefined ? endpoint : { ...endpoint, apiKey }),
  };
}
