const MOST_CHARACTERS = 1_500;

const FENCE = /```[\s\S]*?(?:```|$)/g;
const ELEMENT = /<([a-z][\w-]*)(?:\s[^<>]*)?>[\s\S]*?<\/\1>/gi;
const QUOTED_LINE = /^[ \t]*>.*$/gm;

/** Of a long text only the beginning and the end, where people say what they want. */
export function ownParts(text: string): readonly string[] {
  return text.length <= 2 * MOST_CHARACTERS ? [text] : [text.slice(0, MOST_CHARACTERS), text.slice(-MOST_CHARACTERS)];
}

/** What the writer of a turn says, without what he shows: no fenced code, no elements (`<file>…</file>`), no quoted lines, no diff. */
export function ownWords([beginning, end]: readonly string[]): string {
  if (end === undefined) return withoutShown(beginning!);
  // An element or a block of code that the cut went through is left out too.
  const head = withoutShown(beginning!).replace(/<[a-z][\w-]*(?:\s[^<>]*)?>[\s\S]*$/i, ' ');
  const tail = end.replace(/^[\s\S]*<\/[a-z][\w-]*>/i, ' ');
  const fenceOpen = (tail.match(/```/g)?.length ?? 0) % 2 === 1;
  return `${head}\n${withoutShown(fenceOpen ? tail.slice(tail.indexOf('```') + 3) : tail)}`;
}

function withoutShown(text: string): string {
  let words = text;
  if (words.includes('```')) words = words.replace(FENCE, ' ');
  if (words.includes('</')) words = words.replace(ELEMENT, ' ');
  if (words.includes('>')) words = words.replace(QUOTED_LINE, ' ');
  const diff = words.search(/^(?:diff --git |@@ -\d|--- a\/)/m);
  return diff === -1 ? words : words.slice(0, diff);
}
