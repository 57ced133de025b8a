/** What a program in the sandbox may use. Memory and processes: of the whole run together. */
export interface SandboxLimits {
  readonly memoryBytes: number;
  /** Threads count too. */
  readonly processes: number;
  readonly openFiles: number;
  /** One file may have; writing on ends the program. */
  readonly fileBytes: number;
  /** In /tmp and in /dev/shm, each in memory. */
  readonly temporaryBytes: number;
  /** Kept of each of stdout and stderr. */
  readonly outputBytes: number;
  /** More output than this ends the run. */
  readonly maxOutputBytes: number;
}

export const DEFAULT_LIMITS: SandboxLimits = {
  memoryBytes: 2_147_483_648,
  processes: 256,
  openFiles: 4_096,
  fileBytes: 1_073_741_824,
  temporaryBytes: 268_435_456,
  outputBytes: 131_072,
  maxOutputBytes: 67_108_864,
};

/** Whom a program runs as on the host; null: the runtime's own, unprivileged user. */
export type SandboxUser = { readonly uid: number; readonly gid: number } | null;
