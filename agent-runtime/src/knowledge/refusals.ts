import { AiosError } from '../errors.ts';

/** A field of a request that is not what it must be. */
export function invalid(path: string, message: string, cause?: unknown): AiosError {
  return new AiosError('invalid_request', `${path} ${message}.`, { issues: [{ path, message }], ...cause === undefined ? {} : { cause } });
}

/** The names that the API has for what the store calls otherwise. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\bdense\b/, 'vector'], [/\bminScore\b/, 'scoreThreshold'], [/^after\b/, 'cursor'],
];

/** A store's error in the words of the API. `indexes`: the places in the request of the points that the store was given. */
export function inRequestWords(error: unknown, indexes: readonly number[] = []): unknown {
  if (!(error instanceof AiosError) || error.kind !== 'user') return error;
  const told = (text: string) => NAMES.reduce(
    (words, [name, ours]) => words.replace(name, ours),
    text.replace(/^points\.(\d+)/, (_, index: string) => `documents.${indexes[Number(index)] ?? index}`),
  );
  return new AiosError(error.code, told(error.message), {
    cause: error, issues: error.issues.map(({ path, message }) => ({ path: told(path), message })),
  });
}
