import type { Scope } from '../../contract/decision.ts';
import type { ArmRouting } from './experiments.ts';
import { hashKey, unitOf } from './key-hash.ts';
import type { KeyHash } from './key-hash.ts';
import type { ArmRule, ExperimentRule } from './schema.ts';

export interface SplitArm {
  readonly name: string;
  /** Results and stops are kept under it: an arm that is changed starts anew. */
  readonly id: string;
  readonly routing: ArmRouting;
  readonly weight: number;
  readonly seed: KeyHash;
}

/** An enabled experiment, ready to assign. */
export interface Split {
  readonly rule: ExperimentRule;
  readonly control: SplitArm;
  /** The arms that answer, the control included. */
  readonly arms: readonly SplitArm[];
  readonly shadows: readonly SplitArm[];
  matches(scope: Scope, purpose: string): boolean;
}

export function toSplit(rule: ExperimentRule): Split {
  const arms = rule.arms.filter(({ shadow }) => !shadow).map((arm) => toArm(rule, arm));
  const operations = setOf(rule.match.operations);
  const agents = setOf(rule.match.agents);
  const workflows = setOf(rule.match.workflows);
  const tenants = setOf(rule.match.tenants);
  return {
    rule,
    arms,
    control: arms.find(({ name }) => name === rule.control)!,
    shadows: rule.arms.filter(({ shadow }) => shadow).map((arm) => toArm(rule, arm)),
    matches: (scope, purpose) => (tenants === null || tenants.has(scope.tenant))
      && (agents === null || has(agents, scope.agent))
      && (workflows === null || has(workflows, scope.workflow))
      && (operations === null || operations.has(purpose) || operations.has(purpose.slice(purpose.indexOf('/') + 1))),
  };
}

export function armId(experiment: string, { name, model, policy }: Pick<ArmRule, 'name' | 'model' | 'policy'>): string {
  return JSON.stringify([experiment, name, model ?? null, policy ?? null]);
}

/**
 * The arm of a key by weighted rendezvous hashing (Schindelhauer & Schomaker, "Weighted distributed hash tables", 2005):
 * each arm draws for each key, and the best draw wins. A change of one weight moves only keys to or from that arm.
 */
export function armOf({ arms }: Split, key: KeyHash): SplitArm {
  let best = arms[0]!;
  let bestDraw = -1;
  for (const arm of arms) {
    const draw = -arm.weight / Math.log(unitOf(key, arm.seed));
    if (draw > bestDraw) [best, bestDraw] = [arm, draw];
  }
  return best;
}

/** Whether a shadow arm accompanies a key; raising its share only adds keys. */
export function accompanies(shadow: SplitArm, key: KeyHash): boolean {
  return unitOf(key, shadow.seed) < shadow.weight;
}

function toArm({ id }: ExperimentRule, arm: ArmRule): SplitArm {
  const { name, model, policy, weight } = arm;
  const routing = { ...(model === undefined ? {} : { model }), ...(policy === undefined ? {} : { policy }) };
  return { name, id: armId(id, arm), routing, weight, seed: hashKey(`${id}/${name}`) };
}

function setOf(names: readonly string[] | undefined): ReadonlySet<string> | null {
  return names === undefined ? null : new Set(names);
}

function has(names: ReadonlySet<string>, name: string | undefined): boolean {
  return name !== undefined && names.has(name);
}
