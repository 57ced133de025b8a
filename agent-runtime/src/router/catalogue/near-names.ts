import { distance } from 'fastest-levenshtein';

/** Of the known names those that somebody may have meant, nearest first, at most three. */
export function nearNames(name: string, known: Iterable<string>): string[] {
  const wanted = name.toLowerCase();
  const near: { readonly candidate: string; readonly off: number }[] = [];
  for (const candidate of known) {
    const off = distanceTo(wanted, candidate.toLowerCase());
    if (off !== null) near.push({ candidate, off });
  }
  const least = near.reduce((off, next) => Math.min(off, next.off), Infinity);
  // Those that are much further away than the nearest are not meant.
  return near.filter(({ off }) => off <= 2 * least + 1).sort((a, b) => a.off - b.off).slice(0, 3).map(({ candidate }) => candidate);
}

/** Of near enough names; what holds the whole other one is near as well. */
function distanceTo(wanted: string, candidate: string): number | null {
  const bare = candidate.slice(candidate.indexOf('/') + 1);
  const off = Math.min(distance(wanted, candidate), distance(wanted, bare));
  if (off <= Math.max(1, Math.floor(Math.max(wanted.length, bare.length) / 2.5))) return off;
  return wanted.length >= 3 && (candidate.includes(wanted) || wanted.includes(bare)) ? off : null;
}

/** ` Did you mean a or b?`, or nothing. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearNames(name, known);
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}
