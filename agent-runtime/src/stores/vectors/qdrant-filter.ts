import type { Schemas } from '@qdrant/js-client-rest';
import type { Filter, NumberRange } from './vectors.ts';

type Condition = Schemas['Condition'];

/** Where the driver keeps what is its own, in the payload of a point; the caller's payload is whole under `data`. */
export const TENANT = 'tenant';
export const ID = 'id';
export const DATA = 'data';

/** The tenant's points, of which the filter may hold only some: every request about points is made with this. */
export function qdrantFilter(tenant: string, filter?: Filter): Schemas['Filter'] {
  return { must: [{ key: TENANT, match: { value: tenant } }, ...filter ? [conditionOf(filter)] : []] };
}

function conditionOf(filter: Filter): Condition {
  if ('and' in filter) return { must: filter.and.map(conditionOf) };
  if ('or' in filter) return { should: filter.or.map(conditionOf) };
  if ('not' in filter) return { must_not: [conditionOf(filter.not)] };
  const key = `${DATA}.${filter.field}`;
  if ('exists' in filter) return { [filter.exists ? 'must_not' : 'must']: [{ is_empty: { key } }] };
  if ('range' in filter) return { key, range: bounds(filter.range) };
  if ('equals' in filter) return equals(key, filter.equals);
  // Values must differ.
  const wanted = [...new Set(filter.anyOf)];
  const texts = wanted.filter((value) => typeof value === 'string');
  const others = wanted.filter((value) => typeof value !== 'string');
  return { should: [...texts.length > 0 ? [{ key, match: { any: texts } }] : [], ...others.map((value) => equals(key, value))] };
}

/** Qdrant matches whole numbers alone; a range of one number is the same for all. */
function equals(key: string, value: string | number | boolean): Condition {
  return typeof value === 'number' ? { key, range: { gte: value, lte: value } } : { key, match: { value } };
}

function bounds({ gt, gte, lt, lte }: NumberRange): Schemas['Range'] {
  return { gt, gte, lt, lte };
}
