import type { Routing } from './routed-model.ts';
import type { Failure } from './fallback.ts';

/** Why a model answered, in one sentence. */
export function reasonFor(modelId: string, routing: Routing, considered: number, failures: readonly Failure[]): string {
  if (failures.length > 0) {
    const failed = failures.map(({ candidate, error }) => `${candidate.model.id} failed (${error.code})`).join(' and ');
    return `${modelId} answered after ${failed}.`;
  }
  if (routing.model !== undefined) return `${modelId} was asked for by name.`;
  if (considered === 1) return `${modelId} is the only configured model that fits the request.`;
  return `${modelId} comes first of ${considered} models by the policy "${routing.policy}".`;
}
