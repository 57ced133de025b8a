import { AiosError } from '../../errors.ts';

export const DEFAULT_REGION = 'us-east-1';

/** Where a bucket is. */
export interface S3Address {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly bucket: string;
  /** What the store's keys begin with in the bucket: empty, or ends with "/". */
  readonly folder: string;
  readonly region: string;
  /** The bucket in the path of the address instead of in the host name. */
  readonly pathStyle: boolean;
  /** For messages. */
  readonly name: string;
}

/** Reads `https://host:port/bucket/folder?region=…&pathStyle=false`; the folder and what follows may be absent. */
export function s3Address(text: string): S3Address {
  const url = URL.parse(text);
  const wrong = (what: string) => new AiosError('store_unavailable',
    `AIOS_S3_URL ${what}. It has the form https://host:port/bucket, with ?region=…&pathStyle=false where needed.`);
  if (!url || !/^https?:$/.test(url.protocol)) throw wrong('is not an http or https address');
  if (url.username !== '' || url.password !== '') throw wrong('holds a name or password: put the keys into AIOS_S3_ACCESS_KEY and AIOS_S3_SECRET_KEY');
  const [bucket = '', ...folder] = decodeURIComponent(url.pathname).split('/').filter((segment) => segment !== '');
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) throw wrong(`names no bucket: "${bucket}" is not 3 to 63 lower-case letters, digits, dots and dashes`);
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'region' && name !== 'pathStyle');
  if (unknown !== undefined) throw wrong(`has the unknown parameter "${unknown}"`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const secure = url.protocol === 'https:';
  return {
    secure,
    host,
    port: Number(url.port) || (secure ? 443 : 80),
    bucket,
    folder: folder.map((segment) => `${segment}/`).join(''),
    region: url.searchParams.get('region') ?? /(?:^|\.)s3[.-]([a-z0-9-]+)\.amazonaws\.com/.exec(host)?.[1] ?? DEFAULT_REGION,
    pathStyle: url.searchParams.get('pathStyle') !== 'false',
    name: `${url.origin}/${bucket}`,
  };
}
