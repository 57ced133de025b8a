import type { Finding } from '../../contract/finding.ts';
import type { ModelRequest } from '../model.ts';
import { isComment, isTest, languageOf } from './language.ts';
import { readHunks } from './read-hunks.ts';
import type { PromptHunk, PromptLine } from './read-hunks.ts';
import type { Rule } from './rule.ts';
import { RULES } from './rules/all.ts';

/** The answer of the schema `review_findings`. */
export interface RulesAnswer {
  readonly summary: string;
  readonly findings: readonly Omit<Finding, 'id' | 'source'>[];
}

/** A rule that matches everywhere says less with each match. */
const MOST_OF_A_RULE = 10;
/** A line longer than this is data or minified; the patterns are meant for what people write. */
const LONGEST_LINE = 1_000;

/** Reviews the hunks that a request's messages show, by the rules alone. */
export function reviewByRules(request: ModelRequest): RulesAnswer {
  const hunks = readHunks(request.messages);
  const findings = new Map<string, RulesAnswer['findings'][number]>();
  for (const rule of RULES) {
    const matches = hunks.flatMap((hunk) => apply(rule, hunk));
    for (const finding of matches.slice(0, MOST_OF_A_RULE)) {
      const key = `${finding.path}:${finding.side}:${finding.startLine}`;
      // Two rules on one line mostly say the same; the first in the list is the more exact one.
      if (!findings.has(key)) findings.set(key, finding);
    }
  }
  return { summary: summarise(hunks), findings: [...findings.values()] };
}

function apply(rule: Rule, { path, lines }: PromptHunk): RulesAnswer['findings'] {
  const language = languageOf(path);
  if (language === null || (rule.languages !== 'all' && !rule.languages.includes(language))) return [];
  if (isTest(path) && !(rule.inTests ?? rule.category !== 'security')) return [];
  const changed = rule.changed ?? 'added';
  const side = changed === 'added' ? 'RIGHT' as const : 'LEFT' as const;
  const number = (line: PromptLine) => (side === 'RIGHT' ? line.newNumber : line.oldNumber);
  const visible = lines.filter((line) => number(line) !== null);
  return visible.flatMap((line, index) => {
    if (line.kind !== changed || line.text.length > LONGEST_LINE || (!rule.inComments && isComment(language, line.text))) return [];
    const following = visible.slice(index, index + (rule.lines ?? 1));
    const text = following.map((each) => each.text.slice(0, LONGEST_LINE)).join('\n');
    const match = rule.pattern.exec(text);
    if (!match || match.index > line.text.length || rule.unless?.test(text)) return [];
    const last = following[match[0].split('\n').length - 1] ?? line;
    return [{
      path, side, startLine: number(line)!, endLine: number(last)!,
      severity: rule.severity, category: rule.category, confidence: rule.confidence, title: rule.title, explanation: rule.explanation,
      suggestedChange: last === line ? suggest(rule, line) : null,
    }];
  });
}

function suggest(rule: Rule, line: PromptLine): string | null {
  if (rule.suggest === undefined || !line.exact) return null;
  const suggested = rule.suggest(line.text);
  return suggested === line.text ? null : suggested;
}

/** Names no counts of findings: the review adds those of its exact checks and drops others, so they would contradict its list. */
function summarise(hunks: readonly PromptHunk[]): string {
  const files = new Set(hunks.map(({ path }) => path)).size;
  const added = hunks.flatMap(({ lines }) => lines).filter(({ kind }) => kind === 'added').length;
  return `The offline rules read ${added} added line${added === 1 ? '' : 's'} in ${files} file${files === 1 ? '' : 's'}. They recognise `
    + 'known defects line by line and do not understand what the change is for: no language model is configured.';
}
