import type { Rule } from '../rule.ts';

const SWALLOWED = {
  severity: 'medium', category: 'reliability', confidence: 0.85,
  title: 'An error is swallowed',
  explanation: 'Nobody will know that this failed, and what follows works with what was not done. Handle the errors that are expected, by kind, and let the others through or log them.',
} as const;

export const ERROR_HANDLING_RULES: readonly Rule[] = [
  { ...SWALLOWED, id: 'empty-catch', languages: ['javascript', 'java', 'kotlin', 'csharp', 'php', 'c'], lines: 3, pattern: /\bcatch\s*(?:\([^)]*\)\s*)?\{\s*\}/ },
  { ...SWALLOWED, id: 'empty-promise-catch', languages: ['javascript'], confidence: 0.6, unless: /\/\/|\/\*/, pattern: /\.catch\(\s*(?:\(\s*\w*\s*\)|\w+|function\s*\(\s*\w*\s*\))\s*(?:=>)?\s*(?:\{\s*\}|null|undefined|void 0)\s*\)/ },
  { ...SWALLOWED, id: 'python-except-pass', languages: ['python'], lines: 2, pattern: /^\s*except(?:\s+(?:Base)?Exception(?:\s+as\s+\w+)?)?\s*:\s*(?:\n\s*)?(?:pass|\.\.\.)\s*(?:$|\n|#)/ },
  { ...SWALLOWED, id: 'python-bare-except', languages: ['python'], title: 'A bare `except` catches everything', explanation: 'It also catches `KeyboardInterrupt` and `SystemExit`, so the program cannot be stopped, and it hides typing errors. Name the exceptions that are expected.', pattern: /^\s*except\s*:/, suggest: (line) => line.replace(/except\s*:/, 'except Exception:') },
  { ...SWALLOWED, id: 'ruby-rescue', languages: ['ruby'], lines: 2, pattern: /\brescue\s*(?:=>\s*\w+|Exception\b[^\n]*|StandardError\b[^\n]*)?\s*\n\s*(?:nil\s*$|end\b)|\brescue\s+nil\b/ },
  { ...SWALLOWED, id: 'go-ignored-error', languages: ['go'], confidence: 0.55, severity: 'low', pattern: /^\s*_\s*=\s*\w[\w.]*\(|^\s*\w+\s*,\s*_\s*:?=\s*(?:\w+\.)?(?:Open|Create|ReadFile|WriteFile|ReadAll|Marshal|Unmarshal|Parse\w*|Atoi|Do|Get|Post|Exec|Query\w*|NewRequest\w*)\(/ },
  {
    id: 'async-for-each', languages: ['javascript'], severity: 'high', category: 'correctness', confidence: 0.9,
    pattern: /\.forEach\(\s*async\b/,
    title: '`forEach` does not wait for an async function',
    explanation: 'The code after it runs before the work is done, and an error becomes an unhandled rejection, which ends the process. Use `for … of` with `await`, or `await Promise.all(items.map(async …))`.',
  },
  {
    id: 'async-promise-executor', languages: ['javascript'], severity: 'medium', category: 'reliability', confidence: 0.85,
    pattern: /\bnew Promise(?:<[^>]*>)?\(\s*async\b/,
    title: 'A promise is made with an async function',
    explanation: 'An error thrown in it is lost, and the promise stays pending for ever. Do the waiting outside, and keep the executor synchronous.',
  },
  {
    id: 'missing-await', languages: ['javascript'], severity: 'high', category: 'correctness', confidence: 0.85, lines: 3,
    pattern: /\b(?:const|let|var)\s+(\w+)\s*=\s*(?:fetch|axios(?:\.\w+)?)\([^\n]*\)\s*;?\s*\n(?:[^\n]*\n)?[^\n]*\b\1\.(?:json|text|status|ok|data|headers|body)\b/,
    title: 'A promise is used as if it were its result',
    explanation: 'Without `await` this is a promise: `status`, `ok` and `data` are undefined and `json` is not a function.',
  },
  {
    id: 'python-request-timeout', languages: ['python'], severity: 'medium', category: 'reliability', confidence: 0.8,
    pattern: /\brequests\.(?:get|post|put|delete|patch|head|request)\((?:[^()]|\([^()]*\))*\)/, unless: /timeout\s*=|\*\*/,
    title: 'The request has no timeout',
    explanation: '`requests` waits for ever by default, so one silent server holds this worker until it is killed. Give a `timeout` in seconds.',
    suggest: (line) => line.replace(/(\brequests\.\w+\((?:[^()]|\([^()]*\))*)\)/, '$1, timeout=10)'),
  },
  {
    id: 'python-open-without-with', languages: ['python'], severity: 'low', category: 'reliability', confidence: 0.6,
    pattern: /^\s*\w+\s*=\s*open\([^)]*\)(?:\.\w+\([^)]*\))?\s*$/,
    title: 'The file may stay open',
    explanation: 'An error before `close()` leaves it open. Use `with open(…) as file:`.',
  },
];
