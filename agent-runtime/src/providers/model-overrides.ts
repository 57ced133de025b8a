import type { Abilities } from './model.ts';
import type { Endpoint } from './upstream-error.ts';

/** What a configuration may say of a model in place of what is known of it. */
export interface ModelOverrides {
  /** Default: provider/modelId. */
  readonly id?: string;
  /** Name of the provider: `vllm-eu`. Default: that of the adapter. */
  readonly provider?: string;
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  readonly abilities?: Partial<Abilities>;
  /** Where it is configured, in the words of an error message, in place of the environment's variables: `the provider vllm-eu in router.yaml`. */
  readonly settings?: string;
}

/** How a model is named. */
export function identityOf(adapter: string, modelId: string, { id, provider = adapter }: ModelOverrides): { readonly id: string; readonly provider: string } {
  return { id: id ?? `${provider}/${modelId}`, provider };
}

/** Where its settings are, by name. */
export function variablesOf(variables: Endpoint['variables'], { settings }: ModelOverrides): Endpoint['variables'] {
  return settings === undefined ? variables : { key: settings, url: settings, models: settings };
}
