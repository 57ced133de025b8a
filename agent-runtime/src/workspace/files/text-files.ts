import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { AiosError } from '../../errors.ts';
import { removeTree } from '../disk.ts';
import type { EditResult, FileText, LineRange, TextEdit } from '../workspace.ts';
import { atPlace, missing, mustBePlainFile, refused, reopen, shown, type Place } from './confined-folder.ts';
import type { CopyFolder } from './copy-folder.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
/** More of a file than this is not answered at once. */
const MAX_ANSWER = 262_144;
const KEEP_ALL_BITS = 0o777;

export async function readText(copy: CopyFolder, path: string, range: LineRange = {}): Promise<FileText> {
  const first = range.first ?? 1;
  if (!Number.isInteger(first) || first < 1 || (range.last !== undefined && (!Number.isInteger(range.last) || range.last < first))) {
    throw new AiosError('invalid_request', 'A range of lines starts at 1 or later and ends at its start or later.');
  }
  const text = await readWhole(copy, path);
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (first > Math.max(lines.length, 1)) throw new AiosError('invalid_request', `${shown(path)} has ${lines.length} lines, and line ${first} was asked for.`);
  const asked = lines.slice(first - 1, range.last);
  let bytes = 0;
  let count = 0;
  for (const line of asked) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > MAX_ANSWER && count > 0) break;
    count += 1;
  }
  const lastLine = first + count - 1;
  const whole = first === 1 && count === lines.length;
  const shownText = whole ? text : asked.slice(0, count).join('\n') + (count > 0 && (lastLine < lines.length || text.endsWith('\n')) ? '\n' : '');
  return { text: shownText.slice(0, MAX_ANSWER), firstLine: first, lastLine, lines: lines.length, cut: count < asked.length || shownText.length > MAX_ANSWER };
}

export const readWhole = (copy: CopyFolder, path: string) => atPlace(copy.root, path, async (place) => decode(await readPlace(copy, place, path), path));

export const readBytes = (copy: CopyFolder, path: string) => atPlace(copy.root, path, (place) => readPlace(copy, place, path));

/** Null: there is no such file. */
export const readIfThere = (copy: CopyFolder, path: string) => atPlace(copy.root, path, async (place) => (place.stats === undefined
  ? null : { text: decode(await readPlace(copy, place, path), path), path: place.path, executable: (place.stats.mode & 0o100) !== 0 })).catch((error: unknown) => {
  if (error instanceof AiosError && error.code === 'not_found') return null;
  throw error;
});

/** `executable`: undefined keeps it as it is. */
export async function writeText(copy: CopyFolder, path: string, content: string, executable?: boolean): Promise<void> {
  const bytes = Buffer.byteLength(content);
  if (bytes > copy.maxFileBytes) throw tooLarge(path, copy);
  copy.reserve(bytes);
  const own = async (handle: FileHandle) => { if (copy.owner) await handle.chown(copy.owner.uid, copy.owner.gid); };
  await atPlace(copy.root, path, async (place) => {
    if (place.path === '') throw refused(path, 'is a folder');
    const before = place.stats === undefined ? undefined : mustBePlainFile(place, path);
    const mode = before === undefined ? 0o644 : before.mode & KEEP_ALL_BITS;
    // A new file takes the old one's place, so that nothing else that bears its name is ever written to.
    const staged = join(copy.staging, randomUUID());
    const handle = await open(staged, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      await handle.writeFile(content);
      await handle.chmod(executable === undefined ? mode : (executable ? mode | 0o111 : mode & ~0o111));
      await own(handle);
      await rename(staged, `${place.folder}/${place.name}`);
    } catch (error) {
      await rm(staged, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  }, { onMade: own });
}

/** Takes a file, a folder with all in it, or a link itself out of the copy, and then away. */
export async function removeEntry(copy: CopyFolder, path: string): Promise<void> {
  const aside = join(copy.staging, randomUUID());
  await atPlace(copy.root, path, async (place) => {
    if (place.path === '') throw refused(path, 'is the working copy itself');
    if (place.stats === undefined) throw missing(path);
    await rename(`${place.folder}/${place.name}`, aside);
  }, { keepLink: true });
  await removeTree(aside);
}

export async function editText(copy: CopyFolder, path: string, edit: TextEdit): Promise<EditResult> {
  if (edit.find === '') throw new AiosError('invalid_request', 'The text to find is empty. To write a whole file, write it.');
  const text = await readWhole(copy, path);
  const parts = text.split(edit.find);
  const replacements = parts.length - 1;
  if (replacements === 0) {
    const hint = text.replaceAll('\r\n', '\n').includes(edit.find.replaceAll('\r\n', '\n')) ? ' It is there with other line ends (CRLF).' : ' Read the file again and give the text exactly, with its white space.';
    throw new AiosError('edit_refused', `The text to find is not in ${shown(path)}.${hint}`);
  }
  if (replacements > 1 && edit.all !== true) {
    throw new AiosError('edit_refused', `The text to find stands ${replacements} times in ${shown(path)}. Give more of its surroundings, or replace all.`);
  }
  await writeText(copy, path, parts.join(edit.replace));
  return { replacements };
}

async function readPlace(copy: CopyFolder, place: Place, path: string): Promise<Buffer> {
  const { size } = mustBePlainFile(place, path);
  if (size > copy.maxFileBytes) throw tooLarge(path, copy);
  const handle = await reopen(place, O_RDONLY | O_NONBLOCK);
  try {
    // It may grow while it is read.
    const buffer = Buffer.alloc(Math.min(size, copy.maxFileBytes) + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, Math.min(length, size));
  } finally {
    await handle.close();
  }
}

function decode(bytes: Buffer, path: string): string {
  if (bytes.includes(0)) throw refused(path, 'is binary');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refused(path, 'is not UTF-8 text');
  }
}

const tooLarge = (path: string, copy: CopyFolder) => new AiosError('workspace_file_refused',
  `${shown(path)} is over the ${copy.maxFileBytes.toLocaleString('en')} bytes that a file may have here.`);
