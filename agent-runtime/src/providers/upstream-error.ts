import { AiosError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';

/** Where a provider's models live, in the words an error message needs. */
export interface Endpoint {
  /** As people call it: `Anthropic`. */
  readonly title: string;
  readonly modelId: string;
  readonly baseUrl: string;
  /** Kept out of every message. */
  readonly apiKey: string | null;
  /** What configures it: names of variables, or the words for a place. */
  readonly variables: { readonly key: string; readonly url: string; readonly models: string };
}

export type ModelErrorCode = Extract<ErrorCode, `model_${string}`>;

export interface UpstreamFailure {
  readonly code: ModelErrorCode;
  readonly status?: number;
  /** The provider's own words. */
  readonly detail?: string;
  readonly retryAfterMs?: number;
}

/** The AiosError of a failed upstream call. The SDK's error is not kept as its cause: it may quote headers or a key. */
export function upstreamError(endpoint: Endpoint, failure: UpstreamFailure): AiosError {
  const status = failure.status === undefined ? '' : ` (HTTP ${failure.status})`;
  // A provider that refuses a key may quote it, whole or in part.
  const detail = failure.code === 'model_unauthorized' ? '' : quote(failure.detail, endpoint.apiKey);
  return new AiosError(failure.code, `${describe(endpoint, failure)}${status}${detail}. ${advise(endpoint, failure)}`, {
    retryAfterMs: failure.retryAfterMs,
  });
}

function describe({ title, modelId, baseUrl }: Endpoint, { code }: UpstreamFailure): string {
  switch (code) {
    case 'model_unauthorized': return `${title} refused the API key for ${modelId}`;
    case 'model_billing': return `${title} asks for payment before ${modelId} answers`;
    case 'model_not_found': return `${title} at ${hostOf(baseUrl)} does not have the model ${modelId}`;
    case 'model_context_too_long': return `The prompt does not fit the context window of ${modelId}`;
    case 'model_refused': return `${title} declined the request to ${modelId}`;
    case 'model_rate_limited': return `${title} limits the rate of requests to ${modelId}`;
    case 'model_overloaded': return `${title} is overloaded and did not take the request to ${modelId}`;
    case 'model_timeout': return `${modelId} took too long`;
    case 'model_stream_cut': return `The answer of ${modelId} broke off`;
    case 'model_request_rejected': return `${title} refused the request to ${modelId}`;
    case 'model_output_invalid': return `The answer of ${modelId} does not have the asked form`;
    default: return `${title} at ${hostOf(baseUrl)} did not answer for ${modelId}`;
  }
}

function advise({ title, variables, baseUrl }: Endpoint, { code, retryAfterMs }: UpstreamFailure): string {
  switch (code) {
    case 'model_unauthorized': return `Check ${variables.key}, and that the key may use this model.`;
    case 'model_billing': return `Check the plan, credit and spend limits of the ${title} account.`;
    case 'model_not_found': return title === 'Ollama'
      ? `Get it with \`ollama pull\`, or correct ${variables.models}.`
      : `Correct ${variables.models}${variables.url === variables.models ? '' : `, or ${variables.url}`}.`;
    case 'model_context_too_long': return 'Send less text, or choose a model with a larger window.';
    case 'model_refused': return 'Rephrase the request, or choose another model.';
    case 'model_request_rejected': return 'If the model is right for this kind of request, please report this.';
    case 'model_rate_limited':
    case 'model_overloaded': return retryAfterMs === undefined
      ? 'It is tried again later.' : `It asks to wait ${Math.ceil(retryAfterMs / 1_000)} s.`;
    case 'model_unavailable': return `Check that ${new URL(baseUrl).origin} can be reached from here (${variables.url}).`;
    default: return 'It is tried again.';
  }
}

function hostOf(baseUrl: string): string {
  return new URL(baseUrl).host;
}

function quote(detail: string | undefined, apiKey: string | null): string {
  if (!detail) return '';
  let text = detail.replace(/\s+/g, ' ').trim();
  if (apiKey) text = text.replaceAll(apiKey, '[key]');
  text = text.replace(/\b(?:sk|pk|rk|key|Bearer)[-_ ][\w*.-]{6,}/gi, '[key]').replace(/[.\s]+$/, '');
  return text === '' ? '' : `: ${text.length > 300 ? `${text.slice(0, 300)}…` : text}`;
}
