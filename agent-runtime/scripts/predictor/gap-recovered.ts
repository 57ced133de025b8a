/** How well scores tell which prompts need the strong model, as RouteLLM measures it. */
export interface GapRecovered {
  /** Average performance gap recovered: 0.5 is what random routing gives. */
  apgr: number;
  /** Percent of calls to the strong model that recover half, and four fifths, of the gap. */
  cpt50: number;
  cpt80: number;
}

/**
 * The threshold is swept over the scores' deciles (least and greatest included); prompts at or above it go to the strong model.
 * @param weak,strong whether each model was right on each prompt, 0 to 1
 */
export function gapRecovered(scores: readonly number[], weak: readonly number[], strong: readonly number[]): GapRecovered {
  const count = scores.length;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / count;
  const [low, high] = [mean(weak), mean(strong)];
  const sorted = Float64Array.from(scores).sort();
  const points = [{ calls: 0, share: 0 }];
  for (let decile = 10; decile >= 0; decile -= 1) {
    const place = (decile / 10) * (count - 1);
    const below = sorted[Math.floor(place)]!;
    const threshold = below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place));
    let calls = 0;
    let right = 0;
    for (let at = 0; at < count; at += 1) {
      const toStrong = scores[at]! >= threshold;
      if (toStrong) calls += 1;
      right += toStrong ? strong[at]! : weak[at]!;
    }
    points.push({ calls: calls / count, share: (right / count - low) / (high - low) });
  }
  let area = 0;
  for (let at = 1; at < points.length; at += 1) area += (points[at]!.calls - points[at - 1]!.calls) * (points[at]!.share + points[at - 1]!.share) / 2;
  const callsFor = (share: number) => {
    const at = points.findIndex((point) => point.share >= share);
    const [before, after] = [points[at - 1]!, points[at]!];
    return 100 * (before.calls + ((share - before.share) / (after.share - before.share)) * (after.calls - before.calls));
  };
  return { apgr: area, cpt50: callsFor(0.5), cpt80: callsFor(0.8) };
}
