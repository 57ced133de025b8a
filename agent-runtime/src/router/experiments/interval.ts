/** Ends of a confidence sequence: with a chance of at least 1 − alpha it holds at all times at once. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Between a point where `isInside` holds and one where it may not: the last point that is inside, from above to a billionth of the way. */
export function edgeOf(inside: number, outside: number, isInside: (value: number) => boolean): number {
  if (isInside(outside)) return outside;
  let [good, bad] = [inside, outside];
  for (let step = 0; step < 40; step += 1) {
    const middle = (good + bad) / 2;
    if (isInside(middle)) good = middle;
    else bad = middle;
  }
  return bad;
}

/** Least value of a convex function between two points. */
export function leastOf(low: number, high: number, convex: (value: number) => number): number {
  let [left, right] = [low, high];
  for (let step = 0; step < 60; step += 1) {
    const first = left + (right - left) * 0.382;
    const second = left + (right - left) * 0.618;
    if (convex(first) <= convex(second)) right = second;
    else left = first;
  }
  return convex((left + right) / 2);
}
