import type { Credential } from './git/git-environment.ts';
import type { SandboxLimits } from './sandbox/sandbox.ts';
import type { Keep } from './workspace.ts';

export interface LocalWorkspacesOptions {
  /** On a local disk, used by no other host; several processes of this host may share it. Made when missing. */
  readonly folder: string;
  /** Who may read a repository; null: everybody. Asked at each `create`; what it answers is kept nowhere. */
  readonly credential?: (repository: URL) => Promise<Credential | null> | Credential | null;
  /** Where `Workspace.keep` puts files. */
  readonly keep?: Keep;
  /** Default `https` alone; `http` and `file` are for tests and repositories on this host. */
  readonly protocols?: readonly ('https' | 'http' | 'file')[];
  /** Proxies and certificates for git, by their usual names (HTTPS_PROXY, NO_PROXY, GIT_SSL_CAINFO, SSL_CERT_FILE, …). */
  readonly network?: Readonly<Record<string, string>>;
  readonly limits?: Partial<LocalLimits>;
  readonly sandbox?: Partial<SandboxOptions>;
}

export interface LocalLimits {
  /** Of one working copy, and of one mirror. Default 2 GiB each. */
  readonly copyBytes: number;
  readonly mirrorBytes: number;
  /** Files, folders and links of one working copy. Default 300,000. */
  readonly entries: number;
  /** Of all working copies and mirrors in the folder. Default 20 GiB. */
  readonly totalBytes: number;
  /** Of a file that is read, written or shown in a diff. Default 5 MiB. */
  readonly fileBytes: number;
  /** For git to bring a repository, in ms. Default 300,000. */
  readonly fetchTimeoutMs: number;
}

export interface SandboxOptions {
  /** Where bubblewrap is. Default `bwrap`, in /usr/local/bin, /usr/bin or /bin. */
  readonly program: string;
  readonly limits: Partial<SandboxLimits>;
  /** Files and folders of the host that programs may read besides /usr, such as a language's installation. */
  readonly readable: readonly string[];
  /** Put before the usual PATH. */
  readonly programFolders: readonly string[];
  /** Where the runtime is root, programs run as one of these users. They must be nobody else's. Default 60800 to 61055. */
  readonly uids: { readonly first: number; readonly count: number };
}

export const DEFAULT_LOCAL_LIMITS: LocalLimits = {
  copyBytes: 2_147_483_648,
  mirrorBytes: 2_147_483_648,
  entries: 300_000,
  totalBytes: 21_474_836_480,
  fileBytes: 5_242_880,
  fetchTimeoutMs: 300_000,
};

export const DEFAULT_UIDS = { first: 60_800, count: 256 };
