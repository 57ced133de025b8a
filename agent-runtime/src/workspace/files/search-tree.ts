import { minimatch } from 'minimatch';
import type { SearchMatch } from '../workspace.ts';
import type { SearchJob, TreeAnswers } from './tree-jobs.ts';
import { readWalked, walk } from './walk.ts';

const MAX_LINE = 300;
const MAX_FILES = 100_000;
const ENOUGH = Symbol('enough');

/** Goes through the files line by line; `report` gets each file's matches at once, so that a search that is cut off keeps them. */
export function searchTree(job: SearchJob, report: (matches: readonly SearchMatch[]) => void): TreeAnswers['search'] {
  const find = finder(job);
  let matches = 0;
  let files = 0;
  let cut: 'matches' | 'files' | null = null;
  const searchFile = (path: string, at: string) => {
    if (job.glob !== null && !minimatch(path, job.glob, { dot: true, matchBase: !job.glob.includes('/'), nocomment: true })) return;
    files += 1;
    if (files > MAX_FILES) {
      cut = 'files';
      throw ENOUGH;
    }
    const content = readWalked(at, job.maxFileBytes)?.content;
    if (content === undefined || content.subarray(0, 8_000).includes(0)) return;
    const found: SearchMatch[] = [];
    let full = false;
    for (const [index, line] of content.toString().split('\n').entries()) {
      const column = find(line.endsWith('\r') ? line.slice(0, -1) : line);
      if (column < 0) continue;
      if (matches === job.limit) {
        full = true;
        break;
      }
      matches += 1;
      found.push({ path, line: index + 1, text: around(line, column) });
    }
    if (found.length > 0) report(found);
    if (full) {
      cut = 'matches';
      throw ENOUGH;
    }
  };
  try {
    if (job.only === null) walk(job.folder, job.prefix, { visit({ path, at, type }) { if (type === 'file') searchFile(path, at); } });
    else searchFile(job.prefix, `${job.folder}/${job.only}`);
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }
  return { cut };
}

/** Where a line matches first, or -1. */
function finder({ pattern, regex, ignoreCase }: SearchJob): (line: string) => number {
  if (regex) {
    const expression = new RegExp(pattern, ignoreCase ? 'iu' : 'u');
    return (line) => line.search(expression);
  }
  if (!ignoreCase) return (line) => line.indexOf(pattern);
  const lower = pattern.toLowerCase();
  return (line) => line.toLowerCase().indexOf(lower);
}

function around(line: string, column: number): string {
  if (line.length <= MAX_LINE) return line.replace(/\r$/, '');
  const start = Math.max(0, Math.min(column - MAX_LINE / 3, line.length - MAX_LINE));
  return `${start > 0 ? '…' : ''}${line.slice(start, start + MAX_LINE)}${start + MAX_LINE < line.length ? '…' : ''}`;
}
