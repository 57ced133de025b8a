import { allMatches } from '../../../secrets/all-matches.ts';
import type { Detected } from './detected.ts';
import { contextOf, standsAlone, type DigitGroup } from './digit-groups.ts';
import { CODICE_FISCALE, NATIONAL_NUMBER_RULES, type NationalNumberRule } from './national-number-rules.ts';

type Validate = (value: string) => { readonly isValid: boolean };

/** Loaded when a number of the kind is first met. */
const validators = new Map<string, Validate>();

interface Candidate {
  readonly rule: NationalNumberRule;
  readonly start: number;
  readonly end: number;
}

/** Numbers by which states know people. A promise only the first time that a kind of number is met. */
export function findNationalNumbers(text: string, groups: readonly DigitGroup[]): Detected[] | Promise<Detected[]> {
  const candidates = findCandidates(text, groups);
  if (candidates.length === 0) return [];
  const missing = [...new Set(candidates.map(({ rule }) => rule))].filter((rule) => !validators.has(rule.type));
  if (missing.length === 0) return validated(text, candidates);
  return Promise.all(missing.map(async (rule) => validators.set(rule.type, (await rule.load()).validate))).then(() => validated(text, candidates));
}

function findCandidates(text: string, groups: readonly DigitGroup[]): Candidate[] {
  const candidates: Candidate[] = [];
  for (const { 0: digits, index } of allMatches(CODICE_FISCALE.form!, text)) candidates.push({ rule: CODICE_FISCALE, start: index - 6, end: index + digits.length });
  for (const group of groups) {
    const from = Math.max(0, group.start - 6);
    const to = Math.min(text.length, group.end + 9);
    let context: string | undefined;
    for (const rule of NATIONAL_NUMBER_RULES) {
      if (rule.form !== undefined) addMatches(candidates, rule, rule.form, text, from, to);
      if (rule.looseForm === undefined) continue;
      context ??= contextOf(text, group.start);
      if (rule.words!.test(context)) addMatches(candidates, rule, rule.looseForm, text, from, to);
    }
  }
  return candidates;
}

function addMatches(candidates: Candidate[], rule: NationalNumberRule, form: RegExp, text: string, from: number, to: number): void {
  const part = text.slice(from, to);
  for (const match of allMatches(form, part)) {
    const start = from + match.index;
    const end = start + match[0].length;
    if (standsAlone(text, start, end)) candidates.push({ rule, start, end });
  }
}

function validated(text: string, candidates: readonly Candidate[]): Detected[] {
  return candidates
    .filter(({ rule, start, end }) => validators.get(rule.type)!(text.slice(start, end)).isValid)
    .map(({ rule, start, end }) => ({ type: rule.type, placeholder: 'ID', start, end }));
}
