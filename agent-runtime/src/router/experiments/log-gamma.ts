/** Lanczos' approximation with g = 7 and nine terms: 15 digits. */
const TERMS = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_13, -176.615_029_162_140_59,
  12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6, 1.505_632_735_149_311_6e-7,
];

const { log } = Math;
const LOG_ROOT_OF_2PI = 0.5 * log(2 * Math.PI);

/** Natural logarithm of the gamma function, for x ≥ 0.5. */
function logGamma(x: number): number {
  const base = x + 6.5;
  let sum = TERMS[0]!;
  for (let term = 1; term < TERMS.length; term += 1) sum += TERMS[term]! / (x - 1 + term);
  return LOG_ROOT_OF_2PI + (x - 0.5) * log(base) - base + log(sum);
}

/** Natural logarithm of the beta function, for arguments of at least 0.5. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}
