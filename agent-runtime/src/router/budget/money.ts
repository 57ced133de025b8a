const NANO = 1_000_000_000;
/** Of a billionth: what the product of a price and a billion may be off by, as a floating-point number. */
const NOISE = 0.001;

/** Whole billionths of a USD, never less than the amount. */
export function atLeastNano(usd: number): number {
  return Math.ceil(usd * NANO - NOISE);
}

/** Whole billionths of a USD, as the ledger rounds. */
export function toNano(usd: number): number {
  return Math.round(usd * NANO);
}

export function toUsd(nano: number): number {
  return nano / NANO;
}

/** For messages: `4.80 USD`, `0.000012 USD`. */
export function usdText(nano: number): string {
  const usd = nano / NANO;
  const digits = usd === 0 || Math.abs(usd) >= 0.1 ? 2 : Math.min(9, 1 - Math.floor(Math.log10(Math.abs(usd))));
  const rounded = Number(usd.toFixed(digits));
  return `${Math.abs(rounded - usd) < 1e-12 ? usd.toFixed(digits) : usd.toFixed(9).replace(/0+$/, '')} USD`;
}
