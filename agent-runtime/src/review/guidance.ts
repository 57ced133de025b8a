import { minimatch } from 'minimatch';
import { parse } from 'yaml';
import { z } from 'zod';
import { severitySchema, type Severity } from '../contract/finding.ts';
import type { Snapshot } from './snapshot.ts';

/** What `.aios.yml` on the default branch may hold. */
const aiosYmlSchema = z.strictObject({
  guidance: z.string().max(20_000).optional().describe('House rules for the reviewer; AGENTS.md is used where this is absent'),
  ignore: z.array(z.string().min(1).max(200)).max(100).default([]).describe('Globs of files to leave out; without a slash they match the file name'),
  minimumSeverity: severitySchema.optional().describe('Findings below this are left out'),
  maximumSeverity: severitySchema.optional().describe('Findings above this are lowered to it'),
});

/** The repository's own wishes for a review. */
export interface Guidance {
  readonly text: string;
  /** Name of the file that `text` is from; null when there is none. */
  readonly source: string | null;
  readonly minimumSeverity: Severity | null;
  readonly maximumSeverity: Severity | null;
  readonly notes: readonly string[];
  readonly ignores: (path: string) => boolean;
}

/** The longest guidance that is sent with each call; a longer AGENTS.md is cut, and a note says so. */
const MAX_CHARACTERS = 20_000;

export const NO_GUIDANCE: Guidance = {
  text: '', source: null, minimumSeverity: null, maximumSeverity: null, notes: [], ignores: () => false,
};

/** Reads the guidance files. A broken one is a note, never a failure. */
export function readGuidance(files: Snapshot['guidanceFiles']): Guidance {
  const notes: string[] = [];
  const settings = readAiosYml(files.aiosYml, notes);
  const fromAiosYml = settings.guidance !== undefined && settings.guidance.trim() !== '';
  let text = (fromAiosYml ? settings.guidance : files.agentsMd) ?? '';
  if (text.length > MAX_CHARACTERS) {
    notes.push(`AGENTS.md is longer than ${MAX_CHARACTERS} characters: only its beginning was given to the reviewer.`);
    text = text.slice(0, MAX_CHARACTERS);
  }
  return {
    text: text.trim(),
    source: text.trim() === '' ? null : fromAiosYml ? '.aios.yml' : 'AGENTS.md',
    minimumSeverity: settings.minimumSeverity ?? null,
    maximumSeverity: settings.maximumSeverity ?? null,
    notes,
    ignores: (path) => settings.ignore.some((glob) => minimatch(path, glob, { dot: true, matchBase: true })),
  };
}

function readAiosYml(text: string | null, notes: string[]): z.infer<typeof aiosYmlSchema> {
  if (text === null || text.trim() === '') return { ignore: [] };
  const problem = (detail: string) => {
    notes.push(`.aios.yml on the default branch was left out of account, because ${detail}`);
    return { ignore: [] };
  };
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return problem(`it is not YAML: ${error instanceof Error ? error.message.split('\n')[0] : 'it cannot be read'}`);
  }
  const checked = aiosYmlSchema.safeParse(value ?? {});
  if (checked.success) return checked.data;
  const issues = checked.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  return problem(`it is not as expected (${issues.join('; ')}).`);
}
