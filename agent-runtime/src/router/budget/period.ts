import type { BudgetPeriod } from '../../contract/budget.ts';

/** A stretch of time in which a budget counts. Times are ms since 1970. */
export interface Period {
  /** `2026-11-22`, `2026-11`, or `total`. */
  readonly label: string;
  readonly startsAt: number | null;
  /** The first moment after it. */
  readonly endsAt: number | null;
}

const DAY_MS = 86_400_000;
/** Longer than any period of its kind, clock changes included. */
const REACH_MS = { day: 2 * DAY_MS, month: 33 * DAY_MS } as const;
const TOTAL: Period = { label: 'total', startsAt: null, endsAt: null };

/** Answers with the day or month of a time zone that `now` is in; the one found last is kept. */
export function periodClock(kind: BudgetPeriod, timeZone: string): (now: number) => Period {
  if (kind === 'total') return () => TOTAL;
  let kept: { readonly label: string; readonly startsAt: number; readonly endsAt: number } | undefined;
  let format: Intl.DateTimeFormat | undefined;
  const labelAt = (time: number) => {
    format ??= new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const month = `${parts['year']?.padStart(4, '0')}-${parts['month']}`;
    return kind === 'month' ? month : `${month}-${parts['day']}`;
  };
  return (now) => {
    if (kept && now >= kept.startsAt && now < kept.endsAt) return kept;
    const label = labelAt(now);
    const isIn = (time: number) => labelAt(time) === label;
    kept = { label, startsAt: boundary(now, now - REACH_MS[kind], isIn), endsAt: boundary(now, now + REACH_MS[kind], isIn) };
    return kept;
  };
}

/** Where the wall clock crosses into or out of the period. Searching for it is right for every clock change, at midnight too. */
function boundary(inside: number, outside: number, isIn: (time: number) => boolean): number {
  let [within, beyond] = [inside, outside];
  while (Math.abs(within - beyond) > 1) {
    const middle = Math.floor((within + beyond) / 2);
    if (isIn(middle)) within = middle;
    else beyond = middle;
  }
  return Math.max(within, beyond);
}
