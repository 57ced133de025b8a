import { git } from './git.mjs';
import { SAMPLE } from './repository.mjs';

const STATUS = /** @type {const} */ ({ A: 'added', D: 'removed', M: 'modified', R: 'renamed', C: 'copied', T: 'changed' });

/**
 * @typedef {object} ChangedFile
 * @property {string} path
 * @property {string | null} previousPath
 * @property {typeof STATUS[keyof typeof STATUS]} status
 * @property {number} additions
 * @property {number} deletions
 * @property {string} blob
 * @property {string | null} patch hunks only, as GitHub gives them
 */

/** @param {string} folder @returns {{ headSha: string, baseSha: string, files: ChangedFile[] }} what the pull request changes, from git itself */
export function readChange(folder) {
  const [headSha = '', baseSha = ''] = git(folder, 'rev-parse', SAMPLE.head, SAMPLE.base).trim().split('\n');
  /** @param {...string} form */
  const diff = (...form) => git(folder, 'diff', '--find-renames', '--no-color', '--no-ext-diff', ...form, `${baseSha}...${headSha}`);
  const counts = diff('--numstat').trim().split('\n').map((line) => line.split('\t').map((count) => Number(count) || 0));
  const patches = diff().split(/^(?=diff --git )/m);
  const words = diff('--raw', '-z', '--abbrev=40').split('\0').filter(Boolean);
  /** @type {ChangedFile[]} */
  const files = [];
  while (words.length > 0) {
    // `:100644 100644 <old blob> <new blob> M`, then one path, or two after a rename.
    const [, , oldBlob = '', newBlob = '', letter = 'M'] = (words.shift() ?? '').split(' ');
    const status = STATUS[/** @type {keyof typeof STATUS} */ (letter[0])];
    const previousPath = status === 'renamed' || status === 'copied' ? words.shift() ?? null : null;
    const [additions = 0, deletions = 0] = counts[files.length] ?? [];
    const patch = patches[files.length] ?? '';
    const start = patch.search(/^@@ /m);
    files.push({
      path: words.shift() ?? '', previousPath, status, additions, deletions, blob: status === 'removed' ? oldBlob : newBlob,
      patch: start === -1 ? null : patch.slice(start).replace(/\n$/, ''),
    });
  }
  return { headSha, baseSha, files };
}

/**
 * @typedef {object} DiffLine
 * @property {'hunk' | 'context' | 'added' | 'deleted' | 'note'} kind
 * @property {string} text
 * @property {number} hunk number of the hunk, from 0
 * @property {number | null} left line number in the old file
 * @property {number | null} right line number in the new file
 */

/** A patch line by line, with the line numbers comments are placed by. @param {string} patch @returns {DiffLine[]} */
export function linesOf(patch) {
  let [hunk, left, right] = [-1, 0, 0];
  return patch.split('\n').map((text) => {
    const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(text);
    if (header) {
      [hunk, left, right] = [hunk + 1, Number(header[1]), Number(header[2])];
      return { kind: 'hunk', text, hunk, left: null, right: null };
    }
    if (text.startsWith('+')) return { kind: 'added', text, hunk, left: null, right: right++ };
    if (text.startsWith('-')) return { kind: 'deleted', text, hunk, left: left++, right: null };
    if (text.startsWith('\\')) return { kind: 'note', text, hunk, left: null, right: null };
    return { kind: 'context', text, hunk, left: left++, right: right++ };
  });
}

/** Where in the patch a comment on a line stands, or undefined when the diff does not show that line.
 *  @param {readonly DiffLine[]} lines @param {number} line @param {string} side */
export const placeOf = (lines, line, side) => lines.find((entry) => (side === 'LEFT' ? entry.left : entry.right) === line);
