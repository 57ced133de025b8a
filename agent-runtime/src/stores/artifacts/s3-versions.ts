import { text } from 'node:stream/consumers';
import type { AskOptions, S3Connection } from './s3-connection.ts';

/** A version in the bucket, or a mark that the object is deleted from then on. */
export interface S3Version {
  readonly version: string;
  readonly deleted: boolean;
  readonly sizeBytes: number;
  readonly createdAt: number;
}

/**
 * All versions of an object, newest first. Read here, since the client loses the order between versions and marks, and
 * passes markers on without encoding them.
 */
export async function listVersions({ address, ask }: S3Connection, name: string, options: AskOptions = {}): Promise<readonly S3Version[]> {
  const found = new Map<string, S3Version>();
  let marker: { readonly key: string; readonly version: string } | undefined;
  for (;;) {
    const from = marker && [`key-marker=${encode(marker.key)}`, ...(marker.version === '' ? [] : [`version-id-marker=${encode(marker.version)}`])];
    // In the order of names, as the signature wants them.
    const query = ['encoding-type=url', ...(from ?? []), 'max-keys=1000', `prefix=${encode(name)}`, 'versions'].sort().join('&');
    const page = await ask(async (client) => text(await client.makeRequestAsync({ method: 'GET', bucketName: address.bucket, query })), { ...options, repeatable: true });
    const keyOf = page.includes('<EncodingType>url</EncodingType>') ? decode : unescape;
    const before = found.size;
    let passed = false;
    for (const [, kind, body = ''] of page.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)) {
      // Longer names that begin with this one come after it; radosgw on SQLite, which knows no case in a prefix, has others before.
      const key = keyOf(field(body, 'Key'));
      passed = inOrder(name, key);
      if (passed) break;
      if (key !== name) continue;
      const version = unescape(field(body, 'VersionId'));
      found.set(version, { version, deleted: kind === 'DeleteMarker', sizeBytes: Number(field(body, 'Size')), createdAt: Date.parse(field(body, 'LastModified')) });
    }
    // radosgw on SQLite begins each page anew: then the first one is all there is.
    if (passed || found.size === before || field(page, 'IsTruncated') !== 'true') return [...found.values()];
    marker = { key: keyOf(field(page, 'NextKeyMarker')), version: unescape(field(page, 'NextVersionIdMarker')) };
  }
}

/** By the bytes of their UTF-8, as names are listed. */
export function inOrder(first: string, second: string): boolean {
  return Buffer.compare(Buffer.from(first), Buffer.from(second)) < 0;
}

function field(xml: string, name: string): string {
  return new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1] ?? '';
}

function decode(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}

function encode(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescape(value: string): string {
  return value.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(lt|gt|amp|quot|apos));/gi, (_, hex?: string, decimal?: string, name?: string) => (
    name ? ENTITIES[name.toLowerCase()]! : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal))));
}
