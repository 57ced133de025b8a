import { addedLines, complain, type Check } from './line-check.ts';

/** Characters that make text look different from what a compiler reads. */
const BIDIRECTIONAL = /[\u202A-\u202E\u2066-\u2069]/;

/** Bidirectional control characters in added lines. */
export const checkHiddenCharacters: Check = (file) => addedLines(file)
  .filter((line) => BIDIRECTIONAL.test(line.text))
  .map((line) => complain(file, line, {
    severity: 'high', category: 'security', confidence: 0.9, title: 'Bidirectional control character',
    explanation: 'This line holds an invisible character that changes the order in which text is shown, so it may do something else than '
      + 'what a reader sees. Remove it, or write it as an escape.',
  }));
