import type { SpendFigures, SpendReport } from '../contract/spend.ts';

const FIGURES: readonly (readonly [name: string, of: (figures: SpendFigures) => number | null])[] = [
  ['calls', (row) => row.calls], ['failedCalls', (row) => row.failedCalls],
  ['inputTokens', (row) => row.usage.input], ['cacheReadTokens', (row) => row.usage.cacheRead],
  ['cacheWrite5mTokens', (row) => row.usage.cacheWrite5m], ['cacheWrite1hTokens', (row) => row.usage.cacheWrite1h],
  ['outputTokens', (row) => row.usage.output], ['reasoningTokens', (row) => row.usage.reasoning],
  ['costUsd', (row) => row.costUsd], ['unknownCostCalls', (row) => row.unknownCostCalls], ['worstCaseUsd', (row) => row.worstCaseUsd],
  ['durationMs', (row) => Math.round(row.durationMs)],
];

/** The report as CSV (RFC 4180): a line a row and, where there are groups, none for the totals, which a spreadsheet sums. */
export function spendTable({ groupBy, rows, totals }: SpendReport): string {
  const lines = [
    [...groupBy, ...FIGURES.map(([name]) => name)],
    ...(groupBy.length === 0 ? [totals] : rows).map((row) => [
      ...groupBy.map((name) => (name in row ? (row as SpendReport['rows'][number])[name] ?? '' : '')),
      ...FIGURES.map(([, of]) => number(of(row))),
    ]),
  ];
  return `${lines.map((cells) => cells.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** Never `1e-7`, which some spreadsheets take for text. An unknown cost is empty, not 0. */
function number(value: number | null): string {
  if (value === null) return '';
  return Number.isInteger(value) ? String(value) : value.toFixed(9).replace(/\.?0+$/, '');
}

/** Names come from callers: one that a spreadsheet would run as a formula is made text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
