import type { Later } from '../../stores/state/budget-store.ts';

/** Goes on with what a value holds, at once when it is no promise. Throws, or rejects, as `next` does. */
export function andThen<Value, Result>(value: Later<Value>, next: (value: Value) => Later<Result>): Later<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
