import type { Candidate } from '../candidate.ts';
import type { DiffLine } from '../change.ts';
import { complain, extensionOf, type Check } from './line-check.ts';

const PROSE = new Set(['.md', '.mdx', '.rst', '.adoc', '.txt']);

/** Added lines that git leaves where a merge was not resolved; one finding for each conflict. */
export const checkConflictMarkers: Check = (file) => {
  // Texts about git show such lines on purpose.
  const confidence = PROSE.has(extensionOf(file.path)) ? 0.5 : 0.98;
  const found: Candidate[] = [];
  for (const hunk of file.hunks) {
    let open: DiffLine | null = null;
    for (const line of hunk.lines) {
      if (line.kind !== 'added') continue;
      const ends = /^>{7}(\s|$)/.test(line.text);
      const begins = /^<{7}(\s|$)/.test(line.text);
      if (open !== null && (begins || ends)) {
        found.push(complain(file, open, { ...COMPLAINT, confidence }, ends ? line.newNumber! : open.newNumber!));
        open = null;
      } else if (ends) {
        found.push(complain(file, line, { ...COMPLAINT, confidence }));
      }
      if (begins) open = line;
    }
    if (open !== null) found.push(complain(file, open, { ...COMPLAINT, confidence }));
  }
  return found;
};

const COMPLAINT = {
  severity: 'high', category: 'correctness', title: 'Unresolved merge conflict',
  explanation: 'The change adds conflict markers. Keep the wanted side of the conflict and remove the marker lines.',
} as const;
