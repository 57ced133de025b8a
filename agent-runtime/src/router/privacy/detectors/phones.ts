import type { CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { allMatches } from '../../../secrets/all-matches.ts';
import type { Detected } from './detected.ts';
import { contextOf, standsAlone, type DigitGroup } from './digit-groups.ts';

const CONTEXT = /phone|\btel\b|\btel[.:]|mobile|\bmob\b|\bcell\b|call (?:me|us|him|her|them|at|on)|reach (?:me|us|him|her|them)|\bfax\b|whatsapp|\bsms\b|text me|hotline|telefon|handy|rufnummer|t[eé]l[eé]phone|m[oó]vil|tel[eé]fono|celular|cellulare|telefoon|电话|手机|電話|联系方式/;

/** North American numbers are written so, and hardly anything else is. */
const NORTH_AMERICAN = /(?<![\d.-])(?:1[ .-])?(?:[2-9]\d{2}[-.][2-9]\d{2}[-.]\d{4}|[2-9]\d{2}\) ?[2-9]\d{2}[-. ]\d{4})(?![\d.-]\d|\d)/g;

const DATE = /^(?:19|20)\d{2}[-./ ]?(?:0[1-9]|1[0-2])[-./ ]?[0-3]\d/;

let parse: typeof parsePhoneNumberFromString | undefined;

interface Candidate {
  readonly start: number;
  readonly end: number;
  /** Undefined: it begins with the country's code. */
  readonly regions: readonly CountryCode[] | undefined;
}

/**
 * Telephone numbers: with `+` and a country's code anywhere, written as in North America anywhere, and those of the `regions`
 * beside a word for telephones. A promise only the first time that something looks like one.
 */
export function findPhones(text: string, groups: readonly DigitGroup[], regions: readonly CountryCode[]): Detected[] | Promise<Detected[]> {
  const candidates = groups.flatMap((group) => toCandidates(text, group, regions));
  if (candidates.length === 0) return [];
  const validate = () => candidates.flatMap((candidate) => toPhone(text, candidate));
  if (parse !== undefined) return validate();
  return import('libphonenumber-js/min').then((library) => {
    parse = library.parsePhoneNumberFromString;
    return validate();
  });
}

function toCandidates(text: string, group: DigitGroup, regions: readonly CountryCode[]): Candidate[] {
  const written = text.slice(group.start, group.end);
  const first = text[group.start - 1] === '(' ? group.start - 1 : group.start;
  if (text[first - 1] === '+') {
    return standsAlone(text, first - 1, group.end) ? [{ start: first - 1, end: group.end, regions: undefined }] : [];
  }
  const northAmerican = allMatches(NORTH_AMERICAN, written).map(({ 0: number, index }): Candidate => {
    const start = group.start + index;
    return { start: number.includes(')') && text[start - 1] === '(' ? start - 1 : start, end: start + number.length, regions: ['US'] };
  }).filter(({ start, end }) => standsAlone(text, start, end));
  if (northAmerican.length > 0) return northAmerican;
  const digits = written.replace(/\D/g, '').length;
  if (digits < 8 || digits > 15 || DATE.test(written) || regions.length === 0 || !standsAlone(text, first, group.end)) return [];
  return CONTEXT.test(contextOf(text, first)) ? [{ start: first, end: group.end, regions }] : [];
}

/** The candidate as far as it is a number: another number may follow directly. */
function toPhone(text: string, { start, end, regions }: Candidate): Detected[] {
  if (regions !== undefined) {
    return regions.some((region) => parse!(text.slice(start, end), region)?.isValid() === true) ? [{ type: 'phone', placeholder: 'PHONE', start, end }] : [];
  }
  for (let until = end; until > start + 7; until = text.lastIndexOf(' ', until - 1)) {
    const written = text.slice(start, until);
    if (written.replace(/\D/g, '').length <= 15 && parse!(written)?.isValid() === true) return [{ type: 'phone', placeholder: 'PHONE', start, end: until }];
  }
  return [];
}
