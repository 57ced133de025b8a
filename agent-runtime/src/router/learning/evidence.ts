/** What was seen of one model (in one operation), as sums that fade: enough for Bayesian linear regression, small to keep. */
export interface EvidenceState {
  /** Outcomes, faded. */
  count: number;
  /** Lower triangle, row by row, of the sum of signal × signalᵀ. */
  gram: number[];
  /** The sum of signal × surprise: the outcome less what the prior expected. */
  toward: number[];
}

export interface Evidence {
  readonly state: EvidenceState;
  observe(signal: readonly number[], surprise: number): void;
  /** What each figure of a signal adds to the expected surprise; `before` is what was thought of it without this evidence. */
  coefficients(before?: readonly number[]): readonly number[];
  /** The variance of the expected surprise at a signal, in units of an outcome's. */
  variance(signal: readonly number[]): number;
}

/** The lower Cholesky factor of gram + diagonal. */
function factorOf(gram: readonly number[], size: number, diagonal: number): Float64Array {
  const factor = new Float64Array(gram.length);
  for (let row = 0, start = 0; row < size; start += row + 1, row += 1) {
    for (let column = 0, other = 0; column <= row; other += column + 1, column += 1) {
      let rest = gram[start + column]! + (row === column ? diagonal : 0);
      for (let at = 0; at < column; at += 1) rest -= factor[start + at]! * factor[other + at]!;
      factor[start + column] = row === column ? Math.sqrt(Math.max(rest, 1e-9)) : rest / factor[other + column]!;
    }
  }
  return factor;
}

function solveLower(factor: Float64Array, values: readonly number[]): number[] {
  const solved: number[] = [];
  for (let row = 0, start = 0; row < values.length; start += row + 1, row += 1) {
    let rest = values[row]!;
    for (let at = 0; at < row; at += 1) rest -= factor[start + at]! * solved[at]!;
    solved.push(rest / factor[start + row]!);
  }
  return solved;
}

/** The same with the factor's transpose. */
function solveUpper(factor: Float64Array, values: readonly number[]): number[] {
  const solved = [...values];
  for (let row = values.length - 1; row >= 0; row -= 1) {
    let rest = solved[row]!;
    for (let below = row + 1; below < values.length; below += 1) rest -= factor[(below * (below + 1)) / 2 + row]! * solved[below]!;
    solved[row] = rest / factor[(row * (row + 3)) / 2]!;
  }
  return solved;
}

/**
 * @param size figures in a signal
 * @param caution how many outcomes the prior weighs: the more, the slower one learns
 * @param fade what is left of the evidence at each new outcome, 0 to 1
 */
export function createEvidence(size: number, caution: number, fade: number, state: EvidenceState = emptyEvidence(size)): Evidence {
  let factor: Float64Array | undefined;
  let kept: { before: readonly number[] | undefined; coefficients: readonly number[] } | undefined;
  return {
    state,
    observe(signal, surprise) {
      factor = kept = undefined;
      state.count = state.count * fade + 1;
      for (let row = 0, start = 0; row < size; start += row + 1, row += 1) {
        state.toward[row] = state.toward[row]! * fade + signal[row]! * surprise;
        for (let column = 0; column <= row; column += 1) state.gram[start + column] = state.gram[start + column]! * fade + signal[row]! * signal[column]!;
      }
    },
    coefficients(before) {
      if (!kept || kept.before !== before) {
        factor ??= factorOf(state.gram, size, caution);
        const toward = before ? state.toward.map((value, at) => value + caution * before[at]!) : state.toward;
        kept = { before, coefficients: solveUpper(factor, solveLower(factor, toward)) };
      }
      return kept.coefficients;
    },
    variance(signal) {
      factor ??= factorOf(state.gram, size, caution);
      return solveLower(factor, signal).reduce((sum, value) => sum + value ** 2, 0);
    },
  };
}

export function emptyEvidence(size: number): EvidenceState {
  return { count: 0, gram: Array.from({ length: (size * (size + 1)) / 2 }, () => 0), toward: Array.from({ length: size }, () => 0) };
}
