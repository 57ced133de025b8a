import { allMatches } from '../../../secrets/all-matches.ts';
import type { Detected } from './detected.ts';
import { standsAlone } from './digit-groups.ts';

const CANDIDATE = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g;

let isValidIban: ((iban: string) => boolean) | undefined;

/** International bank account numbers: the country's form and length, and the check digits. A promise only the first time. */
export function findIbans(text: string): Detected[] | Promise<Detected[]> {
  const candidates = allMatches(CANDIDATE, text);
  if (candidates.length === 0) return [];
  const validate = () => candidates.flatMap(({ 0: value, index }) => toDetected(text, value, index));
  if (isValidIban !== undefined) return validate();
  return import('ibantools').then((library) => {
    isValidIban = library.isValidIBAN;
    return validate();
  });
}

/** A word in capitals may follow: the longest part that ends with a group and is valid. */
function toDetected(text: string, value: string, index: number): Detected[] {
  for (let part = value; part.length >= 15; part = part.slice(0, Math.max(part.lastIndexOf(' '), part.lastIndexOf('-')))) {
    if (isValidIban!(part.replace(/[ -]/g, '')) && standsAlone(text, index, index + part.length)) {
      return [{ type: 'iban', placeholder: 'IBAN', start: index, end: index + part.length }];
    }
  }
  return [];
}
