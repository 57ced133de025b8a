import { createPrivacy } from '../../../../agent-runtime/src/router/privacy/create-privacy.ts';
import { privacyPolicySchema } from '../../../../agent-runtime/src/router/privacy/policy.ts';
import type { PrivacyVerdict } from '../../../../agent-runtime/src/router/privacy/privacy.ts';
import type { Message, ModelRequest } from '../../../../agent-runtime/src/providers/model.ts';
import type { PrivacyClass } from '../../../../agent-runtime/src/contract/privacy.ts';
import type { Scope } from '../../../../agent-runtime/src/contract/decision.ts';

export const LOCATIONS = ['local', 'eu', 'us', 'third-party'] as const;

export function requestOf(content: Message['content'], more: Partial<ModelRequest> = {}): ModelRequest {
  return { purpose: 'tests', system: '', messages: [{ role: 'user', content }], maxOutputTokens: 100, ...more };
}

/** Judges by a policy as it stands in a router file. */
export function judgeBy(policy: unknown = {}): (request: ModelRequest | string, declared?: PrivacyClass, scope?: Scope) => Promise<PrivacyVerdict> {
  const privacy = createPrivacy(privacyPolicySchema.parse(policy));
  return async (request, declared, scope) => privacy.judge(typeof request === 'string' ? requestOf(request) : request, declared, scope);
}

export const judge = judgeBy();

export function treatments(verdict: PrivacyVerdict): string {
  return LOCATIONS.map((location) => verdict.treatment(location)).join(' ');
}

export function types(verdict: PrivacyVerdict): string[] {
  return verdict.findings.map(({ type }) => type).sort();
}

export const TOKEN = `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;
