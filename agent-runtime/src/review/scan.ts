import { setImmediate } from 'node:timers/promises';
import type { Change, ChangedFile } from './change.ts';
import { redact, redactFile, redactLines, type SecretInLine } from './secrets.ts';

/** What the scan for secrets found in a file. Plain JSON, for the journal. */
export interface Scan {
  /** In lines that the change adds. */
  readonly secrets: readonly SecretInLine[];
  /** On secrets that no finding tells of. */
  readonly notes: readonly string[];
  /** The paths as a model may see them; null when they are harmless as they are. */
  readonly shown: ChangedFile['shown'];
}

export interface ScannedFile {
  /** Without its secrets; the real paths stay, as comments need them. */
  readonly file: ChangedFile;
  readonly scan: Scan;
}

/** A change of which all but the files' real paths may be shown and kept. */
export interface ScannedChange {
  readonly title: string;
  readonly description: string;
  readonly files: readonly ScannedFile[];
}

/** Takes the secrets out of a change. A secret is found once and for all here: what is left holds none to find. */
export async function scanChange(change: Change, signal: AbortSignal): Promise<ScannedChange> {
  const paths = await scanPaths(change.files);
  const files: ScannedFile[] = [];
  for (const [index, original] of change.files.entries()) {
    // Scanning keeps the processor busy: lets the lease's heartbeat and other tasks through.
    await setImmediate();
    signal.throwIfAborted();
    const { file, added, inHeaders } = await redactFile(original);
    const { shown, type } = paths[index]!;
    const path = shown?.path ?? file.path;
    const notes = [
      ...(type === null ? [] : [`A path of the change holds a secret (${type}), which was not shown to the reviewer: ${path}. Revoke it and rename the file.`]),
      ...(inHeaders.length === 0 ? [] : [`${path} holds a secret (${[...new Set(inHeaders)].join(', ')}) in a line that a hunk header quotes; it was not shown to the reviewer. Revoke it.`]),
    ];
    files.push({ file: shown === null ? file : { ...file, shown }, scan: { secrets: added, notes, shown } });
  }
  return { title: await redact(change.title), description: await redact(change.description), files };
}

async function scanPaths(files: readonly ChangedFile[]): Promise<{ shown: ChangedFile['shown']; type: string | null }[]> {
  const { lines, types } = await redactLines(files.flatMap((file) => [file.path, file.previousPath ?? '']));
  return files.map((file, index) => {
    const type = types.get(index * 2) ?? types.get(index * 2 + 1) ?? null;
    if (type === null) return { shown: null, type };
    // The number tells files apart whose paths differ in nothing but the secret.
    const path = types.has(index * 2) ? `${lines[index * 2]!} (file ${index + 1})` : file.path;
    return { shown: { path, previousPath: file.previousPath === null ? null : lines[index * 2 + 1]! }, type };
  });
}
