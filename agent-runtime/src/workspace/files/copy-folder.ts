/** The folder of a working copy on this host, and what may be done with its files. */
export interface CopyFolder {
  readonly root: string;
  /** On the same file system, outside the copy: files are written here and moved in. */
  readonly staging: string;
  /** Who owns the files of the copy; null: the runtime's own user. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly maxFileBytes: number;
  /** Throws `workspace_too_large` when the copy has no room for as many bytes more. */
  reserve(bytes: number): void;
}
