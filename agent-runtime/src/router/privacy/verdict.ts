import { privacyClassSchema, type DataLocation, type PrivacyClass, type PrivacyTreatment } from '../../contract/privacy.ts';
import type { ModelRequest } from '../../providers/model.ts';
import type { Treatments } from './policy.ts';
import type { PrivacyVerdict, Redaction } from './privacy.ts';

/** From the harmless to the guarded. */
const CLASSES = privacyClassSchema.options;

/** A set of classes, one bit each. */
export type ClassSet = number;

export function bitOf(name: PrivacyClass): ClassSet {
  return 1 << CLASSES.indexOf(name);
}

/** What is known of a request. */
export interface Evidence {
  /** Of what was found and can be taken out. */
  readonly found: ClassSet;
  /** Declared, marked, or found where nothing can be taken out. */
  readonly fixed: ClassSet;
  /** Of what the user says the request is about. */
  readonly stated: ClassSet;
  /** Only models of the operator's own machines are left. */
  readonly localOnly: boolean;
  readonly findings: PrivacyVerdict['findings'];
  /** Why the request could not be looked through. */
  readonly unclassified?: string;
}

export interface Rules {
  readonly treatments: Treatments;
  readonly statedForbids: boolean;
}

export function createVerdict(evidence: Evidence, { treatments, statedForbids }: Rules, request: ModelRequest, redact: () => Redaction): PrivacyVerdict {
  let redaction: Redaction | undefined;
  const all = evidence.found | evidence.fixed | evidence.stated;
  return {
    class: CLASSES[31 - Math.clz32(all)]!,
    findings: evidence.findings,
    ...(evidence.unclassified === undefined ? {} : { unclassified: evidence.unclassified }),
    treatment: (location) => treat(evidence, treatments, statedForbids, location),
    redacted: () => (redaction ??= evidence.found === 0 ? unchanged(request) : redact()),
  };
}

/** The strictest that any of its classes asks for. */
function treat(evidence: Evidence, treatments: Treatments, statedForbids: boolean, location: DataLocation): PrivacyTreatment {
  if (evidence.localOnly && location !== 'local') return 'forbid';
  let result: PrivacyTreatment = 'allow';
  for (let index = 0; index < CLASSES.length; index += 1) {
    const bit = 1 << index;
    if (((evidence.found | evidence.fixed | evidence.stated) & bit) === 0) continue;
    const treatment = treatments[CLASSES[index]!][location];
    if (treatment === 'forbid') return 'forbid';
    if (treatment === 'allow') continue;
    // There is nothing to take out of what was only declared.
    if ((evidence.fixed & bit) !== 0 || (statedForbids && (evidence.stated & bit) !== 0)) return 'forbid';
    if (evidence.found !== 0) result = 'redact';
  }
  return result;
}

function unchanged(request: ModelRequest): Redaction {
  const same = (text: string) => text;
  return { request, restore: same, restoreJson: same, restorer: () => ({ push: same, end: () => '' }) };
}
