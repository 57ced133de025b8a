import { applyPatch, parsePatch, type StructuredPatch } from 'diff';
import { AiosError } from '../../errors.ts';
import type { PatchResult } from '../workspace.ts';
import { shown } from './confined-folder.ts';
import type { CopyFolder } from './copy-folder.ts';
import { readIfThere, removeEntry, writeText } from './text-files.ts';

type Change = PatchResult['files'][number];

interface Planned extends Change {
  readonly content: string | null;
  /** The file it was renamed from. */
  readonly gone: string | null;
  readonly executable: boolean | undefined;
}

/** Fits every hunk of every file first, then writes. */
export async function patchFiles(copy: CopyFolder, patch: string): Promise<PatchResult> {
  if (Buffer.byteLength(patch) > copy.maxFileBytes) throw refusedEdit('The patch is too large.');
  const files = parse(patch);
  const planned: Planned[] = [];
  const targets = new Set<string>();
  for (const file of files) {
    const plan = await planFile(copy, file);
    for (const path of [plan.path, plan.gone]) {
      if (path === null) continue;
      if (targets.has(path)) throw refusedEdit(`The patch changes ${shown(path)} twice. Put its hunks under one header.`);
      targets.add(path);
    }
    planned.push(plan);
  }
  for (const { path } of planned.filter(({ content }) => content !== null)) {
    const below = planned.find((other) => other.content !== null && other.path.startsWith(`${path}/`));
    if (below) throw refusedEdit(`The patch puts ${shown(below.path)} below ${shown(path)}, which it makes a file.`);
  }
  for (const { path, content, gone, executable } of planned) {
    if (content === null) await removeEntry(copy, path);
    else await writeText(copy, path, content, executable);
    if (gone !== null) await removeEntry(copy, gone);
  }
  return { files: planned.map(({ path, change }) => ({ path, change })) };
}

function parse(patch: string): StructuredPatch[] {
  let files: StructuredPatch[];
  try {
    files = parsePatch(patch.replaceAll(/^(?:GIT binary patch)$/gm, 'Binary files differ'));
  } catch (error) {
    throw refusedEdit(`The patch can't be read: ${(error as Error).message.slice(0, 200)}. Send a unified diff whose hunk headers count their lines right.`);
  }
  const changes = files.filter((file) => file.oldFileName !== undefined || file.hunks.length > 0);
  if (changes.length === 0) throw refusedEdit('The patch changes nothing. Send a unified diff with "---", "+++" and "@@" lines.');
  return changes;
}

async function planFile(copy: CopyFolder, file: StructuredPatch): Promise<Planned> {
  const before = nameOf(file.oldFileName, 'a/', file);
  const after = nameOf(file.newFileName, 'b/', file);
  const path = after ?? before;
  if (path === null) throw refusedEdit('A part of the patch names no file. Send "--- a/path" and "+++ b/path" before its hunks.');
  if (file.isBinary) throw refusedEdit(`${shown(path)} is changed as binary, which a patch can't do here.`);
  if (file.newMode !== undefined && !/^100(?:644|755)$/.test(file.newMode)) throw refusedEdit(`${shown(path)} would become a link or a module (mode ${file.newMode}); only plain files can be patched.`);
  const creates = before === null || file.isCreate === true;
  const source = await readIfThere(copy, creates ? path : before);
  if (creates && source !== null) throw refusedEdit(`The patch creates ${shown(path)}, which exists.`);
  if (!creates && source === null) throw refusedEdit(`The patch changes ${shown(before)}, which does not exist.`);
  const moves = !creates && after !== null && after !== before;
  if (moves && await readIfThere(copy, after) !== null) throw refusedEdit(`The patch moves a file to ${shown(after)}, which exists.`);
  const result = fit(source?.text ?? '', file, path);
  const deletes = after === null || file.isDelete === true;
  if (deletes && result !== '') throw refusedEdit(`The patch deletes ${shown(path)}, but not all of its lines.`);
  return {
    path: moves || creates ? path : source!.path,
    change: creates ? 'created' : (deletes ? 'deleted' : (moves ? 'renamed' : 'changed')),
    content: deletes ? null : result,
    gone: moves && file.isCopy !== true ? source!.path : null,
    // A file that moves without a word of its mode keeps it.
    executable: file.newMode === undefined ? source?.executable : file.newMode === '100755',
  };
}

/** A hunk may have moved, but its lines must be there exactly. */
function fit(source: string, file: StructuredPatch, path: string): string {
  const result = applyPatch(source, file);
  if (result !== false) return result;
  const firstBad = file.hunks.findIndex((_, index) => applyPatch(source, { ...file, hunks: file.hunks.slice(0, index + 1) }) === false);
  const number = firstBad < 0 ? file.hunks.length : firstBad + 1;
  const { oldStart, oldLines, newStart, newLines } = file.hunks[number - 1]!;
  throw refusedEdit(`Hunk ${number} of ${file.hunks.length} (@@ -${oldStart},${oldLines} +${newStart},${newLines} @@) does not fit ${shown(path)}; nothing was changed. `
    + 'Read these lines again and send the patch anew.');
}

/** Git's prefix is taken off where the header is git's, or where both names bear it. */
function nameOf(name: string | undefined, prefix: string, file: StructuredPatch): string | null {
  if (name === undefined || name === '/dev/null') return null;
  const prefixed = [[file.oldFileName, 'a/'], [file.newFileName, 'b/']].every(([other, its]) => other === undefined || other === '/dev/null' || other.startsWith(its!));
  const path = prefixed && name.startsWith(prefix) ? name.slice(prefix.length) : name;
  // One spelling of a path, so that two parts of a patch are seen to mean the same; a leading "/" stays, to be refused.
  return path.replaceAll(/(?<=\/)\/+|(?<=^|\/)(?:\.\/)+/g, '');
}

const refusedEdit = (message: string) => new AiosError('edit_refused', message);
