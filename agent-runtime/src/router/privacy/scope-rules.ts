import type { Scope } from '../../contract/decision.ts';
import { dataLocationSchema, privacyClassSchema, type PrivacyClass, type PrivacyTreatment } from '../../contract/privacy.ts';
import type { PrivacyPolicy, Treatments } from './policy.ts';
import { bitOf, type ClassSet } from './verdict.ts';

const STRICTNESS: Readonly<Record<PrivacyTreatment, number>> = { allow: 0, redact: 1, forbid: 2 };

/** What holds for the requests of one scope. */
export interface ScopeRules {
  readonly treatments: Treatments;
  /** Classes that they are of at least. */
  readonly atLeast: ClassSet;
}

/** The policy's table with the rules that fit a scope. Rules are only ever stricter. */
export function createScopeRules({ treatments, rules }: PrivacyPolicy): (scope: Scope | undefined) => ScopeRules {
  const general: ScopeRules = { treatments, atLeast: 0 };
  if (rules.length === 0) return () => general;
  const bySelection = new Map<string, ScopeRules>();
  return (scope) => {
    const fitting = rules.filter((rule) => (['tenant', 'team', 'agent', 'workflow'] as const).every((part) => rule[part] === undefined || rule[part] === scope?.[part]));
    if (fitting.length === 0) return general;
    const key = fitting.map((rule) => rules.indexOf(rule)).join();
    let known = bySelection.get(key);
    if (known === undefined) bySelection.set(key, known = fitting.reduce(stricter, general));
    return known;
  };
}

function stricter(so: ScopeRules, rule: PrivacyPolicy['rules'][number]): ScopeRules {
  const treatments = Object.fromEntries(privacyClassSchema.options.map((name) => [name, Object.fromEntries(dataLocationSchema.options.map((location) => {
    const now = so.treatments[name][location];
    const asked = rule.treatments[name]?.[location] ?? 'allow';
    return [location, STRICTNESS[asked] > STRICTNESS[now] ? asked : now];
  }))])) as Record<PrivacyClass, Treatments[PrivacyClass]>;
  return { treatments, atLeast: so.atLeast | (rule.atLeast === undefined ? 0 : bitOf(rule.atLeast)) };
}
