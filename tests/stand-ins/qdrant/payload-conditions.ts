/** Whether a payload is what a filter wants, as Qdrant's documentation of filtering and its value checker have it. */

export type Payload = Readonly<Record<string, unknown>>;
type Part = Readonly<Record<string, unknown>>;

export interface FilteredPoint {
  readonly id: string;
  readonly payload: Payload;
  readonly vectors: readonly string[];
}

export function matches(point: FilteredPoint, filter: unknown): boolean {
  if (filter === undefined || filter === null) return true;
  const { must, should, must_not: mustNot, min_should: atLeast } = filter as Part;
  const check = (condition: unknown) => meets(point, condition as Part);
  const some = atLeast as { readonly conditions: readonly unknown[]; readonly min_count: number } | null | undefined;
  return listOf(must).every(check)
    && (should === undefined || should === null || listOf(should).some(check))
    && !listOf(mustNot).some(check)
    && (!some || some.conditions.filter(check).length >= some.min_count);
}

function listOf(conditions: unknown): readonly unknown[] {
  if (conditions === undefined || conditions === null) return [];
  return Array.isArray(conditions) ? conditions : [conditions];
}

function meets(point: FilteredPoint, condition: Part): boolean {
  const { key, is_empty: isEmpty, is_null: isNull, has_id: ids, has_vector: vector } = condition;
  if (typeof key === 'string') return meetsField(valuesAt(point.payload, key), condition);
  if (isEmpty) return valuesAt(point.payload, (isEmpty as { key: string }).key).every(empty);
  if (isNull) return valuesAt(point.payload, (isNull as { key: string }).key).includes(null);
  if (ids) return (ids as readonly unknown[]).includes(point.id);
  if (vector) return point.vectors.includes(vector as string);
  if (['must', 'should', 'must_not', 'min_should'].some((name) => name in condition) || Object.keys(condition).length === 0) return matches(point, condition);
  throw new Error(`the stand-in does not evaluate ${JSON.stringify(condition)}`);
}

function meetsField(values: readonly unknown[], { match, range, key: _, ...more }: Part): boolean {
  const left = Object.entries(more).filter(([, value]) => value !== undefined && value !== null);
  if (left.length > 0) throw new Error(`the stand-in does not evaluate ${JSON.stringify(left)}`);
  return values.some((value) => (Array.isArray(value) ? value : [value]).some((element: unknown) => (
    (match !== undefined && match !== null && meetsMatch(element, match as Part)) || (range !== undefined && range !== null && meetsRange(element, range as Part)))));
}

function meetsMatch(element: unknown, match: Part): boolean {
  // Only whole numbers can be matched, and they are not equal to fractions or texts.
  const same = (wanted: unknown) => element === wanted && (typeof element !== 'number' || Number.isInteger(element));
  if ('value' in match) return same(match['value']);
  if ('any' in match) return typeof element !== 'boolean' && (match['any'] as readonly unknown[]).some(same);
  if ('except' in match) return element !== null && !(match['except'] as readonly unknown[]).some(same);
  throw new Error(`the stand-in does not evaluate ${JSON.stringify(match)}`);
}

function meetsRange(element: unknown, range: Part): boolean {
  if (typeof element !== 'number') return false;
  const holds = (name: string, test: (bound: number) => boolean) => range[name] === undefined || range[name] === null || test(range[name] as number);
  return holds('gt', (bound) => element > bound) && holds('gte', (bound) => element >= bound)
    && holds('lt', (bound) => element < bound) && holds('lte', (bound) => element <= bound);
}

function empty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

/** `a.b`, `a[].b`, `a[0]`, `"a key".b`: keys go into objects, brackets into lists; what is not there has no values. */
export function valuesAt(payload: Payload, path: string): readonly unknown[] {
  const steps = [...path.matchAll(/\.?(?:([\p{L}\p{N}_-]+)|"([^"\\]*)")|\[(\d*)\]/gu)];
  if (steps.length === 0 || steps.map(([text]) => text).join('') !== path || path.startsWith('.')) throw new Error(`${path} is not a JSON path of Qdrant`);
  return steps.reduce<readonly unknown[]>((values, [, raw, quoted, index]) => values.flatMap((value): readonly unknown[] => {
    if (index !== undefined) return !Array.isArray(value) ? [] : index === '' ? value : value.slice(Number(index), Number(index) + 1);
    const key = raw ?? quoted!;
    return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key) ? [(value as Payload)[key]] : [];
  }), [payload]);
}
