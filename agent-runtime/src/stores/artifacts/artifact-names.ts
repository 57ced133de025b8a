import { AiosError } from '../../errors.ts';
import type { PutArtifactOptions } from './artifacts.ts';

const LONGEST_KEY_BYTES = 512;
const MOST_METADATA_BYTES = 1_500;
const MOST_LISTED = 1_000;
const LONGEST_LINK_MS = 7 * 24 * 3_600_000;
const NOT_IN_KEYS = /[\p{Cc}\p{Noncharacter_Code_Point}\\]/u;
const CONTENT_TYPE = /^[\w.+-]+\/[\w.+-]+(; ?[\w.+-]+=("[\w .,:+-]*"|[\w.+-]+))*$/;

function refuse(message: string): never {
  throw new AiosError('invalid_request', message);
}

/** The key in Unicode's composed form. Throws `invalid_request`. */
export function artifactKey(key: string): string {
  const composed = prefixOfKeys(key);
  const wrong = composed.trim() !== composed ? 'begins or ends with a space'
    : composed.split('/').some((segment) => segment === '') ? 'has an empty segment: it must not begin or end with "/", nor have "//"'
      : composed.split('/').some((segment) => segment === '.' || segment === '..') ? 'has a segment "." or ".."' : null;
  return wrong === null ? composed : refuse(`The artifact key ${JSON.stringify(key.slice(0, 100))} ${wrong}.`);
}

/** What keys may begin with. Throws `invalid_request`. */
export function prefixOfKeys(prefix: string): string {
  const composed = prefix.isWellFormed() ? prefix.normalize('NFC') : refuse('The artifact key is not well-formed Unicode.');
  if (Buffer.byteLength(composed) > LONGEST_KEY_BYTES) refuse(`The artifact key is longer than ${LONGEST_KEY_BYTES} bytes.`);
  if (NOT_IN_KEYS.test(composed)) refuse(`The artifact key ${JSON.stringify(prefix)} has a control character or a backslash.`);
  return composed;
}

/** The metadata with its values percent-encoded, which fits into a header. Throws `invalid_request`. */
export function encodeMetadata(metadata: PutArtifactOptions['metadata'] = {}): Record<string, string> {
  let bytes = 0;
  const encoded = Object.entries(metadata).map(([name, value]) => {
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name) || name.startsWith('aios-')) {
      refuse(`The metadata name ${JSON.stringify(name.slice(0, 100))} is not of lower-case letters, digits and dashes, or begins with "aios-".`);
    }
    if (!value.isWellFormed()) refuse(`The metadata ${name} is not well-formed Unicode.`);
    const text = encodeURIComponent(value);
    bytes += name.length + text.length;
    return [name, text] as const;
  });
  if (bytes > MOST_METADATA_BYTES) refuse(`The metadata of an artifact has ${bytes} bytes; at most ${MOST_METADATA_BYTES} are kept.`);
  return Object.fromEntries(encoded);
}

export function contentTypeOf({ contentType = 'application/octet-stream' }: PutArtifactOptions): string {
  return contentType.length <= 200 && CONTENT_TYPE.test(contentType) ? contentType
    : refuse(`${JSON.stringify(contentType.slice(0, 200))} is not a content type, such as text/plain; charset=utf-8.`);
}

export function pageSize(limit = 100): number {
  return Number.isInteger(limit) && limit >= 1 && limit <= MOST_LISTED ? limit : refuse(`A page has 1 to ${MOST_LISTED} artifacts, not ${limit}.`);
}

/** Whole seconds, rounded up. */
export function linkSeconds(expiresInMs: number): number {
  return expiresInMs >= 1_000 && expiresInMs <= LONGEST_LINK_MS ? Math.ceil(expiresInMs / 1_000)
    : refuse(`A link lasts 1,000 to ${LONGEST_LINK_MS} ms, not ${expiresInMs}.`);
}

export function fileNameOf(key: string, fileName?: string): string {
  return artifactKey(fileName ?? key).split('/').at(-1)!;
}

/** The header that makes a browser save the content under a name instead of showing it, whatever is in it. */
export function contentDisposition(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%;]/g, '_');
  const encoded = encodeURIComponent(fileName).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"${plain === fileName ? '' : `; filename*=UTF-8''${encoded}`}`;
}

export function noSuchArtifact(key: string, version?: string, cause?: unknown): AiosError {
  const which = version === undefined ? 'There is no artifact' : `There is no version ${JSON.stringify(version.slice(0, 100))} of the artifact`;
  return new AiosError('not_found', `${which} ${JSON.stringify(key)}. It may have expired or been deleted.`, { cause });
}

export function artifactExists(key: string): AiosError {
  return new AiosError('artifact_exists', `There is an artifact ${JSON.stringify(key)} already. Read it, or choose another key.`);
}
