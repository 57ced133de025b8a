import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { AiosError } from '../../errors.ts';
import { corruptArtifact, verified } from './artifact-content.ts';
import { artifactExists, artifactKey, contentDisposition, contentTypeOf, encodeMetadata, fileNameOf, linkSeconds, pageSize, prefixOfKeys } from './artifact-names.ts';
import type { ArtifactExpiry, ArtifactInfo, ArtifactPage, Artifacts } from './artifacts.ts';
import { s3Address } from './s3-address.ts';
import { pingBucket, prepareBucket } from './s3-bucket.ts';
import { s3Connection, type S3Connection, type S3Keys } from './s3-connection.ts';
import { S3Failure, s3Error, unavailable } from './s3-failure.ts';
import { keepLifecycleRules } from './s3-lifecycle.ts';
import { spool } from './s3-spool.ts';
import { uploadParts, uploadWhole, type Upload } from './s3-upload.ts';
import { inOrder, listVersions } from './s3-versions.ts';

const MIB = 1024 * 1024;
const META = 'x-amz-meta-';
const SHA256 = `${META}aios-sha256`;

export interface S3ArtifactsOptions extends S3Keys {
  /** `https://host:port/bucket`, with a folder and `?region=…&pathStyle=false` where wanted. */
  readonly url: string;
  /** Where people reach the server, for links: scheme, host and port. Null: at `url`. */
  readonly publicUrl: string | null;
  readonly expiry: ArtifactExpiry;
  /** For large content on its way. Default: the system's folder for temporary files. */
  readonly spoolFolder?: string;
  /** How long the server may be silent. Default 10,000 ms. */
  readonly timeoutMs?: number;
  /** Of one artifact. Default 5 GiB. */
  readonly maxBytes?: number;
  /** Larger content is sent in parts. Default 64 MiB. */
  readonly partsAboveBytes?: number;
}

/** Artifacts on an S3 server (MinIO, radosgw, AWS): a version is a version of an object, the key its name below the folder. */
export function createS3Artifacts(options: S3ArtifactsOptions): Artifacts {
  const { accessKey, secretKey, expiry, spoolFolder = tmpdir(), timeoutMs = 10_000, maxBytes = 5 * 1024 * MIB, partsAboveBytes = 64 * MIB } = options;
  const address = s3Address(options.url);
  const connection = s3Connection(address, { accessKey, secretKey }, options.publicUrl, timeoutMs);
  const { bucket, folder } = address;
  let prepared: Promise<void> | undefined;

  /** The connection, its bucket made and set. */
  async function ready(): Promise<S3Connection> {
    prepared ??= prepareBucket(connection);
    try {
      await prepared;
    } catch (error) {
      prepared = undefined;
      throw error;
    }
    return connection;
  }

  async function stat(key: string, version?: string, signal?: AbortSignal): Promise<ArtifactInfo> {
    const { ask } = await ready();
    const response = await ask((client) => client.makeRequestAsyncOmit({ method: 'HEAD', bucketName: bucket, objectName: folder + key, query: versionQuery(version) }),
      { signal, artifact: { key, version }, repeatable: true });
    return infoOf(key, response.headers);
  }

  async function exists(key: string, signal?: AbortSignal): Promise<boolean> {
    try {
      await stat(key, undefined, signal);
      return true;
    } catch (error) {
      if (!isAbsent(error) && !isCorrupt(error)) throw error;
      return isCorrupt(error);
    }
  }

  async function removeVersion(key: string, version: string): Promise<void> {
    try {
      await connection.ask((client) => client.removeObject(bucket, folder + key, { versionId: version }), { artifact: { key, version }, repeatable: true });
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }

  /** Servers without conditional writes let later ones through: of versions, the first is the one that was written. */
  async function takeBackUnlessFirst(key: string, version: string): Promise<void> {
    const all = await listVersions(connection, folder + key);
    const before = all[all.findIndex((other) => other.version === version) + 1];
    if (!before || before.deleted) return;
    await removeVersion(key, version);
    throw artifactExists(key);
  }

  async function upload(work: Upload, ifAbsent: boolean): Promise<string> {
    try {
      const version = await (work.content.sizeBytes > partsAboveBytes ? uploadParts(connection, work) : uploadWhole(connection, work));
      if (version === null) {
        prepared = undefined;
        throw unavailable(address.name, 'the bucket keeps no versions any more. Switch versioning on for it; nobody else should switch it off.');
      }
      return version;
    } catch (error) {
      const failure = (error as { readonly cause?: unknown }).cause;
      if (ifAbsent && failure instanceof S3Failure && failure.status === 412) throw artifactExists(work.key);
      if (failure instanceof S3Failure && failure.code === 'NoSuchBucket') prepared = undefined;
      throw error;
    }
  }

  async function get(key: string, version?: string, signal?: AbortSignal) {
    const { ask } = await ready();
    const response = await ask((client) => client.getObject(bucket, folder + key, version === undefined ? {} : { versionId: version }),
      { signal, artifact: { key, version }, repeatable: true }) as IncomingMessage;
    try {
      const info = infoOf(key, response.headers);
      return { ...info, content: verified(response, info, (error) => signal?.aborted ? signal.reason : s3Error(error, address.name)) };
    } catch (error) {
      response.destroy();
      throw error;
    }
  }

  /** Of an upload in parts: a server may take them and not give the whole back. Then it is as if it had not been taken. */
  async function readBack(key: string, version: string): Promise<void> {
    try {
      (await get(key, version)).content.destroy();
    } catch (error) {
      if (!isAbsent(error) && !isCorrupt(error)) throw error;
      await removeVersion(key, version);
      throw unavailable(address.name, `it took an artifact of more than ${partsAboveBytes} bytes in parts and does not give it back. It can't be used for such.`, error);
    }
  }

  return {
    async put(key, content, putOptions = {}) {
      const name = artifactKey(key);
      const contentType = contentTypeOf(putOptions);
      const metadata = Object.entries(encodeMetadata(putOptions.metadata)).map(([field, value]) => [META + field, value]);
      const { signal, ifAbsent = false } = putOptions;
      const spooled = await spool(content, putOptions, maxBytes, spoolFolder);
      try {
        await ready();
        if (ifAbsent && await exists(name, signal)) throw artifactExists(name);
        const headers = { ...Object.fromEntries(metadata), 'content-type': contentType, [SHA256]: spooled.sha256, ...(ifAbsent ? { 'if-none-match': '*' } : {}) };
        const version = await upload({ key: name, name: folder + name, headers, content: spooled, signal }, ifAbsent);
        if (spooled.sizeBytes > partsAboveBytes) await readBack(name, version);
        if (ifAbsent) await takeBackUnlessFirst(name, version);
        const { sizeBytes, sha256 } = spooled;
        return { key: name, version, sizeBytes, sha256, contentType, metadata: { ...putOptions.metadata }, createdAt: Date.now() };
      } finally {
        await spooled.close();
      }
    },
    get: async (key, { version, signal } = {}) => get(artifactKey(key), version, signal),
    stat: async (key, { version, signal } = {}) => stat(artifactKey(key), version, signal),
    async list(prefix, { limit, cursor } = {}): Promise<ArtifactPage> {
      const whole = folder + prefixOfKeys(prefix);
      const most = pageSize(limit);
      const artifacts: ArtifactPage['artifacts'][number][] = [];
      const { ask } = await ready();
      let after = cursor == null ? '' : folder + cursor;
      // radosgw on SQLite begins a page with the name it is to begin after, takes a prefix for a pattern without case, and says
      // that there is no more where an object has old versions: so what it gives is looked at, and the end is a page of nothing new.
      while (artifacts.length < most) {
        const from = after;
        const page = await ask((client) => client.listObjectsV2Query(bucket, whole, '', '', Math.min(most + 1, 1_000), from), { repeatable: true });
        const fresh = page.objects.flatMap((object) => object.name !== undefined && inOrder(from, object.name) ? [{ ...object, name: object.name }] : []);
        if (fresh.length === 0) break;
        artifacts.push(...fresh.filter(({ name }) => name.startsWith(whole))
          .map(({ name, size, lastModified }) => ({ key: name.slice(folder.length), sizeBytes: size, createdAt: lastModified.getTime() })));
        after = fresh.at(-1)!.name;
      }
      const shown = artifacts.slice(0, most);
      return { artifacts: shown, cursor: shown.length === most ? shown.at(-1)!.key : null };
    },
    async versions(key) {
      const all = await listVersions(await ready(), folder + artifactKey(key));
      return all.filter(({ deleted }) => !deleted).map(({ version, sizeBytes, createdAt }) => ({ version, sizeBytes, createdAt }));
    },
    async delete(key, { version } = {}) {
      const name = artifactKey(key);
      const { ask } = await ready();
      if (version !== undefined) return removeVersion(name, version);
      // A mark first: else older versions would come to light one after another while they go.
      if (await exists(name)) await ask((client) => client.removeObject(bucket, folder + name), { repeatable: true });
      const all = await listVersions(connection, folder + name);
      for (const { version: each } of all.toSorted((one, other) => Number(one.deleted) - Number(other.deleted))) await removeVersion(name, each);
    },
    async link(key, { expiresInMs, version, fileName }) {
      const name = artifactKey(key);
      const seconds = linkSeconds(expiresInMs);
      const found = await stat(name, version);
      const client = await connection.publicClient();
      const at = new Date();
      const url = await client.presignedGetObject(bucket, folder + name, seconds, {
        'response-content-disposition': contentDisposition(fileNameOf(name, fileName)), versionId: found.version,
      }, at);
      return { url, expiresAt: Math.floor(at.getTime() / 1_000) * 1_000 + seconds * 1_000 };
    },
    async sweep() {
      await keepLifecycleRules(await ready(), expiry);
      return { removed: 0 };
    },
    async ping() {
      await pingBucket(await ready());
    },
    async close() {
      connection.close();
    },
  };
}

function isAbsent(error: unknown): boolean {
  return error instanceof AiosError && error.code === 'not_found';
}

function isCorrupt(error: unknown): boolean {
  return error instanceof AiosError && error.code === 'artifact_corrupt';
}

function versionQuery(version?: string): string {
  return version === undefined ? '' : `versionId=${encodeURIComponent(version)}`;
}

/** Throws `artifact_corrupt` for an object that somebody else wrote: nothing tells what it should be. */
function infoOf(key: string, headers: IncomingHttpHeaders): ArtifactInfo {
  const header = (name: string) => headers[name] as string | undefined;
  const version = header('x-amz-version-id') ?? '';
  const sha256 = header(SHA256);
  if (sha256 === undefined) throw corruptArtifact({ key, version });
  const metadata = Object.keys(headers).filter((name) => name.startsWith(META) && name !== SHA256)
    .map((name) => [name.slice(META.length), decodeURIComponent(header(name)!)] as const);
  return {
    key, version, sha256, sizeBytes: Number(header('content-length')), contentType: header('content-type') ?? '',
    metadata: Object.fromEntries(metadata), createdAt: Date.parse(header('last-modified') ?? ''),
  };
}
