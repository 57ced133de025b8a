import { addedLines, complain, extensionOf, MAX_LINE, type Check, type Complaint } from './line-check.ts';

/** A statement that exactly tells that somebody's local work was left in. */
interface Leftover {
  readonly extensions: readonly string[];
  /** Only in files whose path matches. */
  readonly path?: RegExp;
  readonly pattern: RegExp;
  readonly kind: 'focused' | 'debugger';
}

const JAVASCRIPT = ['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx', '.vue', '.svelte'];
const TEST_PATH = /(^|[/._-])(tests?|specs?|__tests__|e2e|cypress)([/._-]|$)/i;

const LEFTOVERS: readonly Leftover[] = [
  { kind: 'focused', extensions: JAVASCRIPT, pattern: /\b(describe|it|test|suite|context|specify|bench)(\.\w+)?\.only(\.\w+)?\s*[(`<]/ },
  { kind: 'focused', extensions: JAVASCRIPT, path: TEST_PATH, pattern: /^\s*(fdescribe|fit|fcontext)\s*\(/ },
  { kind: 'focused', extensions: ['.rb'], path: /_spec\.rb$/, pattern: /^\s*(fit|fdescribe|fcontext|fspecify|fexample|ffeature|fscenario)\b[\s(]|,\s*(focus:\s*true|:focus\s*=>\s*true|:focus)\b/ },
  { kind: 'focused', extensions: ['.py'], pattern: /^\s*@pytest\.mark\.only\b/ },
  { kind: 'focused', extensions: ['.go'], path: /_test\.go$/, pattern: /\b(FDescribe|FDescribeTable|FContext|FWhen|FIt|FSpecify|FEntry)\s*\(/ },
  { kind: 'debugger', extensions: JAVASCRIPT, pattern: /(^|[\s;{}])debugger\s*(;|\}|$)/ },
  { kind: 'debugger', extensions: ['.rb', '.erb', '.rake'], pattern: /\bbinding\.(pry|irb|break)\b|^\s*(byebug|debugger)\s*$/ },
  { kind: 'debugger', extensions: ['.py'], pattern: /(^|[\s;:])(breakpoint\(\)|i?pdb\.set_trace\(\)|(from|import) i?pdb\b)/ },
  { kind: 'debugger', extensions: ['.php'], pattern: /\bxdebug_break\s*\(\s*\)/ },
  { kind: 'debugger', extensions: ['.cs'], pattern: /\bDebugger\.(Break|Launch)\s*\(\s*\)/ },
  { kind: 'debugger', extensions: ['.rs'], pattern: /\bdbg!\s*\(/ },
  { kind: 'debugger', extensions: ['.go'], pattern: /\bruntime\.Breakpoint\s*\(\s*\)/ },
];

const COMPLAINTS: Readonly<Record<Leftover['kind'], Complaint>> = {
  focused: {
    severity: 'high', category: 'testing', confidence: 0.95, title: 'Focused test left in',
    explanation: 'With this line the test runner runs only the focused tests and passes without running the others. Remove the focus.',
  },
  debugger: {
    severity: 'medium', category: 'reliability', confidence: 0.95, title: 'Debugger statement left in',
    explanation: 'This line stops or prints for a debugger wherever the code runs. Remove it before the merge.',
  },
};

const COMMENT = /^\s*(\/\/|#|\*|\/\*)/;

/** Focused tests and debugger statements in added lines that are not comments. */
export const checkLeftovers: Check = (file) => {
  const extension = extensionOf(file.path);
  const fitting = LEFTOVERS.filter((leftover) => leftover.extensions.includes(extension)
    && (leftover.path === undefined || leftover.path.test(file.path)));
  if (fitting.length === 0) return [];
  return addedLines(file).flatMap((line) => {
    const text = line.text.slice(0, MAX_LINE).replace(/\r$/, '');
    if (COMMENT.test(text)) return [];
    const hit = fitting.find((leftover) => leftover.pattern.test(text));
    return hit === undefined ? [] : [complain(file, line, COMPLAINTS[hit.kind])];
  });
};
