import type { PrivacyClass } from '../../contract/privacy.ts';
import { AiosError } from '../../errors.ts';
import type { ModelRequest } from '../../providers/model.ts';
import type { Detected } from './detectors/detected.ts';
import type { PrivacyPolicy } from './policy.ts';
import type { Privacy, PrivacyVerdict } from './privacy.ts';
import { cannotRedact, redactRequest, type Cut } from './redact.ts';
import { createRequestScanner, type RequestScan } from './scan-request.ts';
import { createScopeRules } from './scope-rules.ts';
import { CLASS_OF_TOPIC } from './statements.ts';
import { bitOf, createVerdict, type Evidence } from './verdict.ts';

const PUBLIC = bitOf('public');
const INTERNAL = bitOf('internal');
const PROPRIETARY = bitOf('proprietary-code');
const NO_FINDINGS: PrivacyVerdict['findings'] = [];

/** Classifies by a policy. Holds a cache of what was found where, by hashes of the texts. */
export function createPrivacy(policy: PrivacyPolicy): Privacy {
  const scan = createRequestScanner(policy);
  const rulesOf = createScopeRules(policy);
  const statedForbids = policy.stated === 'forbid';
  const images = bitOf(policy.images);

  const conclude = (request: ModelRequest, declared: PrivacyClass | undefined, scope: Parameters<Privacy['judge']>[2], found: RequestScan): PrivacyVerdict => {
    const { treatments, atLeast } = rulesOf(scope);
    return createVerdict(toEvidence(found, declared, atLeast, policy, images), { treatments, statedForbids }, request, () => {
      try {
        return redactRequest(request, found.texts, cutsOf(found));
      } catch (error) {
        throw cannotRedact(error);
      }
    });
  };

  const fail = (request: ModelRequest, scope: Parameters<Privacy['judge']>[2], reason: string, cause?: unknown): PrivacyVerdict => {
    if (policy.unclassified === 'refuse') throw new AiosError('privacy_unclassified', `${reason} It goes to no model.`, { cause });
    const evidence: Evidence = { found: 0, fixed: bitOf('secret'), stated: 0, localOnly: true, findings: [{ type: 'unclassified', count: 1 }], unclassified: reason };
    return createVerdict(evidence, { treatments: rulesOf(scope).treatments, statedForbids }, request, () => { throw cannotRedact(undefined); });
  };

  return {
    judge(request, declared, scope) {
      try {
        const found = scan(request);
        if (found === 'too-long') {
          return fail(request, scope, `The request is longer than the ${policy.maxCharacters} characters that are looked through for secrets and personal data. Shorten it, or route it to a local model.`);
        }
        if (!(found instanceof Promise)) return conclude(request, declared, scope, found);
        return found.then((all) => conclude(request, declared, scope, all)).catch((error: unknown) => fail(request, scope, UNREADABLE, error));
      } catch (error) {
        if (error instanceof AiosError) throw error;
        return fail(request, scope, UNREADABLE, error);
      }
    },
  };
}

const UNREADABLE = 'The request could not be looked through for secrets and personal data. Route it to a local model, and report this.';

function toEvidence(found: RequestScan, declared: PrivacyClass | undefined, atLeast: number, policy: PrivacyPolicy, images: number): Evidence {
  const fixed = (declared === undefined ? 0 : bitOf(declared)) | atLeast | (found.images > 0 ? images : 0);
  // Without a declaration a request is internal. Declared public, it is that until something says otherwise.
  const base = declared === 'public' ? PUBLIC : INTERNAL;
  if (found.clean && found.images === 0) return { found: 0, fixed, stated: base, localOnly: false, findings: NO_FINDINGS };
  const counts = new Map<string, number>();
  const count = (type: string) => counts.set(type, (counts.get(type) ?? 0) + 1);
  let taken = 0;
  let stuck = fixed;
  let stated = base;
  let localOnly = false;
  found.detected.forEach((all, index) => all.forEach((one) => {
    count(one.type);
    const classes = classesOf(one);
    if (found.texts[index]!.kind === 'fixed') stuck |= classes;
    else taken |= classes;
  }));
  for (const { one } of found.split) {
    count(one.type);
    taken |= classesOf(one);
  }
  for (const topic of found.topics) {
    count(topic === 'locality' ? 'locality-directive' : `stated-${topic}`);
    if (topic === 'locality' && policy.localityDirectives === 'ignore') continue;
    stated |= bitOf(CLASS_OF_TOPIC[topic]);
    localOnly ||= topic === 'locality';
  }
  if (found.marked) {
    count('marking');
    stuck |= PROPRIETARY;
  }
  if (found.images > 0) counts.set('image', found.images);
  return { found: taken, fixed: stuck, stated, localOnly, findings: [...counts].map(([type, number]) => ({ type, count: number })) };
}

function classesOf({ placeholder, covers }: Detected): number {
  return bitOf(placeholder === 'SECRET' ? 'secret' : 'personal-data') | (covers === undefined ? 0 : bitOf(covers));
}

/** What is to be taken out, by text. A value that was found across texts is taken out of each. */
function cutsOf({ detected, split, texts }: RequestScan): Map<number, readonly Cut[]> {
  const cuts = new Map<number, Cut[]>();
  detected.forEach((all, index) => {
    if (all.length > 0 && texts[index]!.kind !== 'fixed') cuts.set(index, [...all]);
  });
  for (const { one, value, places } of split) {
    places.forEach(({ index, start, end }, number) => {
      const cut: Cut = { placeholder: one.placeholder, start, end, ...(number === 0 ? { value } : { continued: true }) };
      cuts.set(index, [...(cuts.get(index) ?? []), cut].sort((a, b) => a.start - b.start));
    });
  }
  return cuts;
}
