import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link of the embedded store is good for. */
export interface LinkedArtifact {
  readonly key: string;
  readonly version: string;
  readonly fileName: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Makes links that need no key to be opened, and reads them. Who holds the secret can make them. */
export interface ArtifactLinks {
  sign(artifact: LinkedArtifact): string;
  /** Null: it was not signed with this secret, was changed, or has expired. */
  read(path: string, now: number): LinkedArtifact | null;
}

/** `basePath`: where the runtime's API serves them, such as `/v1/artifacts`. */
export function artifactLinks({ secret, basePath }: { readonly secret: string; readonly basePath: string }): ArtifactLinks {
  const signatureOf = (token: string) => createHmac('sha256', secret).update(`artifact link\n${token}`).digest('base64url');
  return {
    sign({ key, version, fileName, expiresAt }) {
      const token = Buffer.from(JSON.stringify([key, version, fileName, expiresAt])).toString('base64url');
      return `${basePath}/${token}.${signatureOf(token)}`;
    },
    read(path, now) {
      const [token, signature] = path.startsWith(`${basePath}/`) ? path.slice(basePath.length + 1).split('.') : [];
      if (token === undefined || signature === undefined || !equal(signature, signatureOf(token))) return null;
      const [key, version, fileName, expiresAt] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [string, string, string, number];
      return now < expiresAt ? { key, version, fileName, expiresAt } : null;
    },
  };
}

function equal(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
