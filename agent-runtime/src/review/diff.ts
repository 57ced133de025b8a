import { parsePatch, type StructuredPatch } from 'diff';
import { AiosError } from '../errors.ts';
import { isAsset } from './asset.ts';
import type { Absence, ChangedFile, DiffLine, FileStatus, Hunk } from './change.ts';

/**
 * Reads a unified diff of any number of files, git's dialect included (renames, copies, deletions, binary files, changes
 * of mode, quoted paths). Throws AiosError `diff_invalid` that names the line.
 */
export function parseDiff(text: string): ChangedFile[] {
  const diff = withoutNoise(text);
  const rawLines = diff.split('\n');
  const patches = parse(diff).filter((patch) => patch.hunks.length > 0 || nameOf(patch) !== null);
  const headers = readHunkHeaders(rawLines, patches);
  if (patches.length === 0) {
    throw new AiosError('diff_invalid', 'Line 1: this is not a unified diff. Give the output of `git diff`.');
  }
  return patches.map((patch, index) => {
    if (nameOf(patch) === null) {
      throw new AiosError('diff_invalid', `Line ${headers[index]?.[0]?.lineNumber ?? 1}: a hunk without a file header. Give `
        + 'the output of `git diff`, which names each file in lines that begin with `---` and `+++`.');
    }
    return toChangedFile(patch, (headers[index] ?? []).map((header) => header.text));
  });
}

/** Reads one file's hunks without file headers, as GitHub gives them. Throws AiosError `diff_invalid`. */
export function parseHunks(patch: string): Hunk[] {
  const patches = parse(patch);
  const headers = readHunkHeaders(patch.split('\n'), patches).flat().map((header) => header.text);
  return toHunks(patches.flatMap((part) => part.hunks), headers);
}

function parse(text: string): StructuredPatch[] {
  try {
    return parsePatch(text);
  } catch (error) {
    // The library's message may quote the line; ours only tells where it is.
    const message = error instanceof Error ? error.message : '';
    const line = /at line (\d+)/.exec(message)?.[1];
    const where = line === undefined ? 'A file header is incomplete' : `Line ${line}: the hunk that begins here does not have the lines its header promises`;
    throw new AiosError('diff_invalid', `${where}. The diff may have been cut or edited; give the whole output of \`git diff\`.`);
  }
}

/** Takes off what git adds around the diff that would be read as a part of a hunk. */
function withoutNoise(text: string): string {
  return text
    .replace(/^-- \r?\n\d+\.\d[^\n]*$/gm, '')
    .replace(/^GIT binary patch\r?$/gm, 'Binary files differ');
}

interface HunkHeader { readonly text: string; readonly lineNumber: number }

/** The library drops the text of hunk headers; they are found again by walking the same lines in step with its hunks. */
function readHunkHeaders(rawLines: readonly string[], patches: readonly StructuredPatch[]): HunkHeader[][] {
  let at = 0;
  const skipTo = (wanted: boolean) => {
    while (at < rawLines.length && !(wanted && /^@@\s/.test(rawLines[at]!))) {
      if (/^@@@+ /.test(rawLines[at]!)) {
        throw new AiosError('diff_invalid', `Line ${at + 1}: this is the combined diff of a merge. Give a diff of two versions, `
          + 'such as `git diff main...feature`.');
      }
      at += 1;
    }
  };
  const headers = patches.map((patch) => patch.hunks.map((hunk) => {
    skipTo(true);
    const header = { text: (rawLines[at] ?? '').replace(/\r$/, ''), lineNumber: at + 1 };
    at += 1 + hunk.lines.length;
    return header;
  }));
  skipTo(false);
  return headers;
}

function toChangedFile(patch: StructuredPatch, headers: readonly string[]): ChangedFile {
  const { oldPath, newPath } = pathsOf(patch);
  const status = statusOf(patch, oldPath, newPath);
  const path = newPath ?? oldPath!;
  const hunks = toHunks(patch.hunks, headers);
  return {
    path,
    previousPath: oldPath !== null && oldPath !== path ? oldPath : null,
    status,
    hunks,
    absence: hunks.length > 0 ? null : absenceOf(patch, path, status),
  };
}

function absenceOf(patch: StructuredPatch, path: string, status: FileStatus): Absence {
  if (patch.isBinary) return { reason: 'binary file', hidesLines: status !== 'removed' && !isAsset(path) };
  if (status === 'renamed' || status === 'copied') return { reason: `${status} without a change of its text`, hidesLines: false };
  if (patch.oldMode !== undefined && patch.newMode !== undefined) return { reason: 'only its mode changed', hidesLines: false };
  return { reason: 'empty file', hidesLines: false };
}

function statusOf(patch: StructuredPatch, oldPath: string | null, newPath: string | null): FileStatus {
  if (patch.isCopy) return 'copied';
  if (patch.isCreate || oldPath === null) return 'added';
  if (patch.isDelete || newPath === null) return 'removed';
  return patch.isRename || oldPath !== newPath ? 'renamed' : 'modified';
}

function nameOf(patch: StructuredPatch): string | null {
  const { oldPath, newPath } = pathsOf(patch);
  return newPath ?? oldPath;
}

/**
 * Without the first folder where that only tells the two sides apart: git's `a/ b/` (or by `diff.mnemonicPrefix` a pair of
 * c(ommit), i(ndex), w(ork tree), o(bject)), and in a plain diff any two folders, as `diff -ru old new` writes them.
 */
function pathsOf(patch: StructuredPatch): { oldPath: string | null; newPath: string | null } {
  const real = (name: string | undefined) => (name === undefined || name === '/dev/null' ? null : name);
  const oldName = real(patch.oldFileName);
  const newName = real(patch.newFileName);
  const prefixed = (name: string | null) => name === null || /^[abciow]\//.test(name);
  const folderOf = (name: string | null) => name?.slice(0, name.indexOf('/') + 1);
  const below = (name: string | null) => (name === null ? null : name.slice(name.indexOf('/') + 1));
  const strip = folderOf(oldName) !== folderOf(newName)
    && ((prefixed(oldName) && prefixed(newName)) || (!patch.isGit && below(oldName) === below(newName)));
  return strip ? { oldPath: below(oldName), newPath: below(newName) } : { oldPath: oldName, newPath: newName };
}

function toHunks(hunks: StructuredPatch['hunks'], headers: readonly string[]): Hunk[] {
  return hunks.map((hunk, index) => ({ header: headers[index] ?? '', lines: toLines(hunk) }));
}

function toLines(hunk: StructuredPatch['hunks'][number]): DiffLine[] {
  const lines: DiffLine[] = [];
  let oldNumber = hunk.oldStart;
  let newNumber = hunk.newStart;
  hunk.lines.forEach((raw, index) => {
    const marker = raw[0];
    if (marker === '\\') return;
    const text = raw.slice(1);
    const endsWithoutNewline = hunk.lines[index + 1]?.startsWith('\\') ?? false;
    if (marker === '+') lines.push({ kind: 'added', oldNumber: null, newNumber: newNumber++, text, endsWithoutNewline });
    else if (marker === '-') lines.push({ kind: 'deleted', oldNumber: oldNumber++, newNumber: null, text, endsWithoutNewline });
    else lines.push({ kind: 'context', oldNumber: oldNumber++, newNumber: newNumber++, text, endsWithoutNewline });
  });
  return lines;
}
