import type { Rule } from '../rule.ts';

export const LOGIC_RULES: readonly Rule[] = [
  {
    id: 'loop-past-end', languages: ['javascript', 'java', 'kotlin', 'csharp', 'c', 'php', 'go'], severity: 'high', category: 'correctness', confidence: 0.85,
    pattern: /\bfor\s*\(?[^;]*=\s*0\s*;[^;]*<=\s*(?:[\w$.]+\.(?:length|Length|Count|size\(\)|length\(\))|len\([^)]*\)|count\([^)]*\)|sizeof\([^)]*\))\s*;/,
    title: 'The loop goes one past the end',
    explanation: 'The last index is the length minus one, so the last round reads what is not there. Use `<`.',
    suggest: (line) => line.replace(/(\bfor\s*\(?[^;]*=\s*0\s*;[^;]*)<=/, '$1<'),
  },
  {
    id: 'python-loop-past-end', languages: ['python'], severity: 'medium', category: 'correctness', confidence: 0.55,
    pattern: /\bin\s+range\(\s*(?:0\s*,\s*)?len\([^()]*\)\s*\+\s*1\s*\)/,
    title: 'The loop goes one past the end',
    explanation: 'If the number is used as an index, the last round raises `IndexError`. Use `range(len(…))`, or `enumerate`.',
  },
  {
    id: 'assignment-in-condition', languages: ['javascript', 'java', 'csharp', 'c', 'php'], severity: 'high', category: 'correctness', confidence: 0.85,
    pattern: /(?:\bif|\belse if|\bwhile)\s*\(\s*!?\$?[\w.$[\]>-]+\s*(?<![-=!<>])=(?![=>])\s*(?:["'`\d]|true\b|false\b|null\b|undefined\b|None\b|[A-Z][\w.]*\s*\))/,
    title: 'The condition assigns instead of comparing',
    explanation: 'It overwrites the variable, and the outcome is the assigned value, always the same one. Compare instead.',
    suggest: (line) => line.replace(/((?:\bif|\bwhile)\s*\(\s*!?\$?[\w.$[\]>-]+\s*)=(?![=>])/, (_, head: string) => `${head}===`),
  },
  {
    id: 'python-mutable-default', languages: ['python'], severity: 'medium', category: 'correctness', confidence: 0.95,
    pattern: /\bdef\s+\w+\s*\([^)]*=\s*(?:\[\s*\]|\{\s*\}|(?:list|dict|set)\(\s*\))/,
    title: 'The default value is shared by all calls',
    explanation: 'Python makes it once, so what one call adds the next one finds. Use `None` as the default and make the value in the function.',
  },
  {
    id: 'length-below-zero', languages: ['javascript', 'java', 'kotlin', 'csharp'], severity: 'medium', category: 'correctness', confidence: 0.9,
    pattern: /\.(?:length|size|Length|Count)(?:\(\))?\s*(?:>=\s*0(?![.\d])|<\s*0(?![.\d]))/,
    title: 'The condition is always the same',
    explanation: 'A length is never below zero. Probably `> 0` or `=== 0` is meant.',
  },
  {
    id: 'same-on-both-sides', languages: 'all', severity: 'medium', category: 'correctness', confidence: 0.75,
    pattern: /(?<![\w.$\])>-]|[=!<>+*/%-]\s{0,3})([A-Za-z_$][\w$]*(?:\.[\w$]+)*)\s*(?:===|!==|==|!=|&&|\|\|)\s*\1(?![\w.$([<:-]|\s*[=!<>+*/%-])/,
    unless: /["'`/#].*(?:==|&&|\|\|)|NaN/i,
    title: 'Both sides are the same',
    explanation: 'The outcome does not depend on the values. One of the two is probably another variable.',
  },
  {
    id: 'promise-in-condition', languages: ['javascript'], severity: 'high', category: 'correctness', confidence: 0.7,
    pattern: /\bif\s*\(\s*!?\s*(?:bcrypt|argon2)\.(?:compare|verify)\(/,
    title: 'A promise is always true',
    explanation: 'Without `await` the password check passes for every password.',
    suggest: (line) => line.replace(/\b((?:bcrypt|argon2)\.(?:compare|verify)\()/, 'await $1'),
  },
  {
    id: 'json-clone', languages: ['javascript'], severity: 'low', category: 'performance', confidence: 0.6,
    pattern: /\bJSON\.parse\(\s*JSON\.stringify\(/,
    title: 'A copy by way of JSON loses things',
    explanation: 'Dates become text, `undefined`, `Map` and `Set` vanish, and it is slow. Use `structuredClone`.',
    suggest: (line) => line.replace(/\bJSON\.parse\(\s*JSON\.stringify\(\s*([\w$.[\]]+)\s*\)\s*\)/, 'structuredClone($1)'),
  },
];
