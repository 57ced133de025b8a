import { AiosError } from '../../errors.ts';
import type { Filter } from './vectors.ts';

const FIELD = /^[\w-]+(?:\.[\w-]+)*$/;
const MAX_DEPTH = 20;

/** Throws `invalid_request` where the filter is not one of the port's. */
export function checkFilter(filter: Filter, path = 'filter', depth = 1): void {
  if (depth > MAX_DEPTH) throw invalid(path, `nests deeper than ${MAX_DEPTH} levels`);
  if ('and' in filter || 'or' in filter) {
    const [key, parts] = 'and' in filter ? ['and', filter.and] : ['or', filter.or];
    if (parts.length === 0) throw invalid(`${path}.${key}`, 'is empty: leave it out');
    parts.forEach((part, index) => checkFilter(part, `${path}.${key}.${index}`, depth + 1));
  } else if ('not' in filter) {
    checkFilter(filter.not, `${path}.not`, depth + 1);
  } else {
    checkCondition(filter, path);
  }
}

function checkCondition(condition: Extract<Filter, { readonly field: string }>, path: string): void {
  if (!FIELD.test(condition.field)) {
    throw invalid(`${path}.field`, 'must be keys joined by dots, each of letters, digits, "-" and "_"');
  }
  if ('equals' in condition) checkValue(condition.equals, `${path}.equals`);
  else if ('anyOf' in condition) {
    if (condition.anyOf.length === 0) throw invalid(`${path}.anyOf`, 'is empty: nothing would match');
    condition.anyOf.forEach((value, index) => checkValue(value, `${path}.anyOf.${index}`));
  } else if ('range' in condition) {
    const bounds = Object.values(condition.range).filter((bound) => bound !== undefined);
    if (bounds.length === 0 || !bounds.every(Number.isFinite)) throw invalid(`${path}.range`, 'must have one finite bound or more of gt, gte, lt and lte');
  } else if (typeof condition.exists !== 'boolean') {
    throw invalid(path, 'must have equals, anyOf, range, exists, and, or, or not');
  }
}

function checkValue(value: string | number | boolean, path: string): void {
  const fine = typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) || (typeof value === 'string' && value.isWellFormed());
  if (!fine) throw invalid(path, 'must be a text, a finite number, true or false');
}

export function invalid(path: string, message: string): AiosError {
  return new AiosError('invalid_request', `${path} ${message}.`, { issues: [{ path, message }] });
}
