/** Where a server is, and what it is to be told of who asks. */
export interface ServerAddress {
  /** Without credentials, query and a slash at its end. */
  readonly url: string;
  readonly origin: string;
  /** Without a slash at its end: `/v1`, or nothing. */
  readonly path: string;
  /** `?api-version=1`, or nothing. */
  readonly query: string;
  /** Value of the `authorization` header for a name and password in the address, or null. */
  readonly authorization: string | null;
}

/** Reads a base URL, which may carry a name and a password. */
export function addressOf(baseUrl: string): ServerAddress {
  const url = new URL(baseUrl);
  const name = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  const authorization = name === '' && password === '' ? null : `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  const path = url.pathname.replace(/\/+$/, '');
  return { url: `${url.origin}${path}`, origin: url.origin, path, query: url.search, authorization };
}
