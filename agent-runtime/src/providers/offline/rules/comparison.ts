import type { Rule } from '../rule.ts';

const TYPES = 'undefined|object|boolean|number|bigint|string|symbol|function|unknown';

export const COMPARISON_RULES: readonly Rule[] = [
  {
    id: 'compare-with-nan', languages: ['javascript'], severity: 'high', category: 'correctness', confidence: 0.95,
    pattern: /[=!]==?\s*(?:Number\.)?NaN\b|\b(?:Number\.)?NaN\s*[=!]==?/,
    title: 'Nothing equals NaN',
    explanation: '`NaN` is not equal to itself, so the outcome is always the same. Use `Number.isNaN`.',
    suggest: (line) => line
      .replace(/([\w$.[\]]+)\s*===?\s*(?:Number\.)?NaN\b/, 'Number.isNaN($1)').replace(/([\w$.[\]]+)\s*!==?\s*(?:Number\.)?NaN\b/, '!Number.isNaN($1)'),
  },
  {
    id: 'unknown-typeof', languages: ['javascript'], severity: 'high', category: 'correctness', confidence: 0.95,
    pattern: new RegExp(String.raw`\btypeof\s+[\w$.[\]]+\s*[=!]==?\s*(["'])(?!(?:${TYPES})\1)`),
    title: '`typeof` never gives this',
    explanation: 'The comparison is always false, mostly by a spelling mistake.',
  },
  {
    id: 'loose-equality', languages: ['javascript'], severity: 'low', category: 'correctness', confidence: 0.6,
    pattern: /(?:\bif\s*\(|\bwhile\s*\(|\breturn\b|&&|\|\||\?\s)[^"'`/]*[\w\])"'`]\s*(?<![=!<>])(?:==|!=)(?!=)\s*(?!null\b|undefined\b)[\w("'`[-]/,
    unless: /\btypeof\b/,
    title: 'The comparison converts its sides',
    explanation: "`==` holds for `0 == ''` and `'1' == 1`. Use `===`.",
    suggest: (line) => line.replace(/(?<![=!<>])([=!]=)(?!=)(?=\s*(?!null\b|undefined\b))/, '$1='),
  },
  {
    id: 'java-string-identity', languages: ['java'], severity: 'high', category: 'correctness', confidence: 0.9,
    pattern: /[\w)\]]\s*[=!]=\s*"|"\s*[=!]=\s*\w/,
    title: 'Strings are compared by identity',
    explanation: 'Two strings with the same text need not be the same object. Use `equals`.',
  },
  {
    id: 'python-is-literal', languages: ['python'], severity: 'medium', category: 'correctness', confidence: 0.9,
    pattern: /^\s*(?:if|elif|while|return|assert)\b[^"'#]*\bis\s+(?:not\s+)?(?:["']|\d)/,
    title: '`is` compares identity, not values',
    explanation: 'Whether two equal numbers or strings are one object depends on the interpreter. Use `==`.',
    suggest: (line) => line.replace(/\bis\s+not\s+(?=["'\d])/, '!= ').replace(/\bis\s+(?=["'\d])/, '== '),
  },
  {
    id: 'python-compare-none', languages: ['python'], severity: 'low', category: 'correctness', confidence: 0.7,
    pattern: /[=!]=\s*None\b/,
    title: '`None` is compared by value',
    explanation: 'An object may define `==` as it likes. Use `is None` or `is not None`.',
    suggest: (line) => line.replace(/==\s*None\b/, 'is None').replace(/!=\s*None\b/, 'is not None'),
  },
];
