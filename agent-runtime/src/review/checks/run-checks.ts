import type { Candidate } from '../candidate.ts';
import type { ChangedFile } from '../change.ts';
import type { Exclusion } from '../exclusion.ts';
import type { SecretInLine } from '../secrets.ts';
import { checkConflictMarkers } from './conflict-markers.ts';
import { checkHiddenCharacters } from './hidden-characters.ts';
import { checkLeftovers } from './leftovers.ts';
import { complain, type Check } from './line-check.ts';
import { checkNewDependencies } from './new-dependencies.ts';
import { checkReviewerOrders } from './reviewer-orders.ts';

const FOR_ALL: readonly Check[] = [checkConflictMarkers];
const FOR_REVIEWED: readonly Check[] = [
  ...FOR_ALL, checkLeftovers, checkHiddenCharacters, checkNewDependencies, checkReviewerOrders,
];

/**
 * The exact checks of one file, on its added lines. A file left out as a lock file, vendored or generated is still
 * looked through for secrets and conflict markers; one that the repository ignores is not looked at.
 */
export function runChecks(file: ChangedFile, exclusion: Exclusion | null, secrets: readonly SecretInLine[]): Candidate[] {
  if (exclusion?.kind === 'ignored') return [];
  const candidates = secrets.map((secret) => complain(file, file.hunks[secret.hunkIndex]!.lines[secret.lineIndex]!, {
    severity: 'critical', category: 'security', confidence: 0.95, title: `Secret in the code: ${secret.type}`,
    explanation: 'This line looks like it holds a credential (its value is not repeated here). Revoke it now, because it stays in the '
      + 'history; then read it from the environment or a secret store.',
  }));
  const checks = exclusion === null || exclusion.byContent ? FOR_REVIEWED : FOR_ALL;
  return withoutFlood([...candidates, ...checks.flatMap((check) => check(file))]);
}

/** A file may repeat one complaint this often; the last one kept says how many more lines there are. */
const MAX_OF_A_KIND = 20;

function withoutFlood(candidates: readonly Candidate[]): Candidate[] {
  return Object.values(Object.groupBy(candidates, (candidate) => candidate.title)).flatMap((kind) => {
    const kept = kind!.slice(0, MAX_OF_A_KIND);
    const more = kind!.length - kept.length;
    if (more === 0) return kept;
    const last = kept.at(-1)!;
    return [...kept.slice(0, -1), { ...last, explanation: `${last.explanation}\n\nThe same holds for ${more} more line(s) of this file.` }];
  });
}
