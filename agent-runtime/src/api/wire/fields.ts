import { AiosError } from '../../errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A field that is not valid; `path` as the caller wrote it: `messages[2].content[0].image_url.url`. */
export function invalidField(path: string, message: string): AiosError {
  return new AiosError('invalid_request', `${path}: ${message}.`, { issues: [{ path, message }] });
}

/** A field that is valid on this wire, but that this runtime would have to ignore. */
export function unsupportedField(path: string, message: string): AiosError {
  return new AiosError('unsupported_parameter', `${path}: ${message}.`, { issues: [{ path, message }] });
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown, path: string): JsonObject {
  if (isObject(value)) return value;
  throw invalidField(path, `must be an object${given(value)}`);
}

export function asArray(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidField(path, `must be a list${given(value)}`);
}

export function asString(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw invalidField(path, `must be a string${given(value)}`);
}

export function asName(value: unknown, path: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidField(path, value === '' ? 'must not be empty' : `must be a string${given(value)}`);
}

/** Absent and null are the same for every optional field. */
export function optionalString(value: unknown, path: string): string | undefined {
  return value === undefined || value === null ? undefined : asString(value, path);
}

export function optionalBoolean(value: unknown, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw invalidField(path, `must be true or false${given(value)}`);
}

export function optionalNumber(value: unknown, path: string, least: number, most: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw invalidField(path, `must be a number from ${least} to ${most}${given(value)}`);
}

export function optionalInteger(value: unknown, path: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw invalidField(path, `must be a whole number ${range}${given(value)}`);
}

export function optionalStrings(value: unknown, path: string): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const strings = asArray(value, path);
  for (let i = 0; i < strings.length; i++) asName(strings[i], `${path}[${i}]`);
  return strings.length === 0 ? undefined : strings as readonly string[];
}

export function oneOf<const Name extends string>(value: unknown, path: string, names: readonly Name[]): Name {
  if (names.includes(value as Name)) return value as Name;
  throw invalidField(path, `must be ${listed(names)}${given(value)}`);
}

export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** What stands there instead, without repeating what may be secret or long. */
function given(value: unknown): string {
  if (value === undefined) return ', and is missing';
  if (value === null) return ', not null';
  if (typeof value === 'number' || typeof value === 'boolean') return `, not ${value}`;
  if (typeof value === 'string') return value.length <= 40 ? `, not "${value}"` : ', not a string of another kind';
  return Array.isArray(value) ? ', not a list' : ', not an object';
}
