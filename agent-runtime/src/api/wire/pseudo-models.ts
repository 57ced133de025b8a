import { modelPolicySchema } from '../../contract/task.ts';
import type { ModelPolicy } from '../../contract/task.ts';
import { AiosError } from '../../errors.ts';

/** The router chooses, by the configured policy. */
export const AUTO = 'auto';
const POLICIES: readonly string[] = modelPolicySchema.options;

/** Names that stand for a policy instead of one model, in the order in which they are listed. */
export const PSEUDO_MODELS: readonly string[] = [AUTO, ...POLICIES.map((policy) => `${AUTO}:${policy}`)];

/** What the `model` of a request asks for: `auto`, `auto:<policy>`, or a model's name. Throws for a policy that is not there. */
export function readModelName(name: string): { readonly policy?: ModelPolicy; readonly model?: string } {
  if (name === AUTO) return {};
  if (!name.startsWith(`${AUTO}:`)) return { model: name };
  const policy = name.slice(AUTO.length + 1);
  if (POLICIES.includes(policy)) return { policy: policy as ModelPolicy };
  throw new AiosError('model_not_configured', `There is no policy "${policy}". Use ${PSEUDO_MODELS.join(', ')}, or the name of a model.`, {
    issues: [{ path: 'model', message: 'names an unknown policy' }],
  });
}
