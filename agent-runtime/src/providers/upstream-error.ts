import { AiosError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { withoutSecrets } from '../secrets/without-secrets.ts';

/** Where a provider's models live, in the words an error message needs. */
export interface Endpoint {
  /** As people call it at the beginning of a sentence: `Anthropic`. */
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
  /** What was wrong with the answer, in our words. */
  readonly reason?: string;
  /** The provider's own words, which may repeat anything of the request: only the caller gets them. */
  readonly detail?: string;
  readonly retryAfterMs?: number;
}

/** The AiosError of a failed upstream call. The SDK's error is not kept as its cause: it may quote headers or a key. */
export function upstreamError(endpoint: Endpoint, failure: UpstreamFailure): AiosError {
  const status = failure.status === undefined ? '' : ` (HTTP ${failure.status})`;
  // A provider that refuses a key may quote it, whole or in part.
  const detail = failure.code === 'model_unauthorized' ? '' : quote(failure.detail, endpoint.apiKey);
  const reason = failure.reason === undefined ? '' : `: ${failure.reason}`;
  const worded = (quoted: string) => `${describe(endpoint, failure)}${status}${reason}${quoted}. ${advise(endpoint, failure)}`;
  return new AiosError(failure.code, worded(detail), { retryAfterMs: failure.retryAfterMs, summary: worded('') });
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
    case 'model_billing': return `Check the plan, credit and spend limits of the account at ${hostOf(baseUrl)}.`;
    case 'model_not_found': return title === 'Ollama'
      ? `Get it with \`ollama pull\`, or correct ${variables.models}.`
      : `Correct ${variables.models}${variables.url === variables.models ? '' : `, or ${variables.url}`}.`;
    case 'model_context_too_long': return 'Send less text, or choose a model with a larger window.';
    case 'model_refused': return 'Rephrase the request, or choose another model.';
    case 'model_request_rejected': return 'If the model is right for this kind of request, please report this.';
    case 'model_rate_limited':
    case 'model_overloaded': return retryAfterMs === undefined
      ? 'Try again later, or choose another model.' : `It asks to wait ${Math.ceil(retryAfterMs / 1_000)} s.`;
    case 'model_unavailable': return `Check that ${new URL(baseUrl).origin} can be reached from here (${variables.url}).`;
    case 'model_timeout': return 'Try again, or choose a faster model.';
    default: return 'Try again, or choose another model.';
  }
}

function hostOf(baseUrl: string): string {
  return new URL(baseUrl).host;
}

/** Of a whole page only the beginning is told, so no more is looked at. */
const MOST_READ = 2_000;

function quote(detail: string | undefined, apiKey: string | null): string {
  if (!detail) return '';
  // A word that was cut could not be known as a secret any more.
  const beginning = detail.length > MOST_READ ? detail.slice(0, MOST_READ).replace(/[^\s"'`<>(){}[\],;]+$/, '') : detail;
  let text = beginning.replace(/\s+/g, ' ').trim();
  if (apiKey) text = text.replaceAll(apiKey, '[key]');
  text = withoutSecrets(text).replace(/\b(?:sk|pk|rk|key|Bearer)[-_ ][\w*.-]{6,}/gi, '[key]').replace(/[.\s]+$/, '');
  return text === '' ? '' : `: ${text.length > 300 ? `${text.slice(0, 300)}…` : text}`;
}
