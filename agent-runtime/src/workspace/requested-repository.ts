import { AiosError } from '../errors.ts';

export function checkedRepository(repository: string, protocols: readonly string[]): URL {
  const url = URL.canParse(repository) ? new URL(repository) : null;
  const invalid = (message: string) => new AiosError('invalid_request', message, { issues: [{ path: 'repository', message }] });
  if (url === null || /[\s\p{Cc}]/u.test(repository) || repository.length > 2_000) throw invalid('The repository must be an address such as https://github.com/acme/shop.git.');
  if (!protocols.includes(url.protocol.slice(0, -1))) throw invalid(`The repository's address must begin with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}.`);
  if (url.username !== '' || url.password !== '') throw invalid('The repository\'s address must not hold a user or password. Configure a token instead.');
  if (url.search !== '' || url.hash !== '') throw invalid('The repository\'s address must end with its path, without "?" and "#".');
  return url;
}

/** A full SHA or the name of a ref; nothing that git takes for an option, a pattern or an expression. */
export function checkedRevision(revision: string): string {
  const valid = revision.length <= 255 && /^[^\s\p{Cc}~^:?*[\\\-+][^\s\p{Cc}~^:?*[\\]*$/u.test(revision)
    && !/\.\.|@\{|\/\/|\/\.|^[./]|\.lock(?:\/|$)|[./]$|^@$/.test(revision);
  if (valid) return revision;
  const message = 'The revision must be a full commit SHA, or the name of a branch, tag or ref.';
  throw new AiosError('invalid_request', message, { issues: [{ path: 'revision', message }] });
}
