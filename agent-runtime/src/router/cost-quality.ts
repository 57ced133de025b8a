import type { Candidate } from './candidate.ts';
import { matchesModel } from './catalogue/matches-model.ts';
import { standingOf } from './quality.ts';
import type { Ordered, PolicyContext, Ranked } from './ranked.ts';

/**
 * The cheapest model whose answer is expected to be hardly worse than the strongest one's. A prompt's need of the strong
 * model is the chance that the weak one fails; models between the two are expected to fail in proportion to their
 * standing. Those that suffice come first, by cost; the others follow as fallbacks, the least bad first.
 */
export function byCostQuality(candidates: readonly Candidate[], context: PolicyContext): Ordered {
  const { settings: { costQuality }, threshold } = context;
  const need = context.need ?? 1;
  const strong = pick(candidates, costQuality.strong) ?? extreme(candidates, (candidate) => standingOf(candidate.entry));
  const weak = pick(candidates, costQuality.weak) ?? extreme(candidates, (candidate) => -standingOf(candidate.entry));
  const [top, bottom] = [standingOf(strong.entry), standingOf(weak.entry)];
  const qualityOf = (candidate: Candidate): number => {
    if (candidate.quality !== null) return candidate.quality;
    const behind = candidate === strong ? 0 : candidate === weak ? 1 : (top - standingOf(candidate.entry)) / (top - bottom || 1);
    return (strong.quality ?? 1) * (1 - need * Math.min(1, Math.max(0, behind)));
  };
  const best = candidates.reduce((most, candidate) => Math.max(most, qualityOf(candidate)), 0);
  const dearest = candidates.reduce((most, { expectedUsd }) => Math.max(most, expectedUsd ?? 0), 0);
  const ordered = candidates.map((candidate): Ranked => {
    const quality = qualityOf(candidate);
    const loss = best - quality;
    const suffices = loss === 0 || (context.need !== null && loss < threshold);
    return { candidate, quality, suffices, score: suffices ? shareOf(candidate.expectedUsd, dearest) : 1 + loss };
  });
  ordered.sort((a, b) => a.score - b.score);
  const loss = candidates.length > 1 && context.need !== null ? best - qualityOf(weak) : null;
  return { ordered, need: context.need, loss, explanation: explain(ordered, context) };
}

/** Below 1, so that what suffices comes before what does not. */
function shareOf(expectedUsd: number | null, dearest: number): number {
  if (expectedUsd === null) return 0.99;
  return dearest > 0 ? 0.98 * (expectedUsd / dearest) : 0;
}

function explain(ordered: readonly Ranked[], { need, threshold }: PolicyContext): string {
  if (need === null) return 'the strongest, because the need of a strong model could not be predicted';
  const sufficing = ordered.filter(({ suffices }) => suffices).length;
  const predicted = `the predicted need of a strong model is ${need.toFixed(2)} and the threshold ${threshold.toFixed(2)}`;
  if (sufficing === 1) return `the only one of ${ordered.length} models expected to be good enough: ${predicted}`;
  return `the cheapest of ${sufficing} models (of ${ordered.length}) expected to be good enough: ${predicted}`;
}

function pick(candidates: readonly Candidate[], name: string | undefined): Candidate | undefined {
  return name === undefined ? undefined : candidates.find(({ entry }) => matchesModel(entry, name));
}

function extreme(candidates: readonly Candidate[], figure: (candidate: Candidate) => number): Candidate {
  return candidates.reduce((most, candidate) => (figure(candidate) > figure(most) ? candidate : most));
}
