const NONE: readonly RegExpExecArray[] = [];

/** All matches of a global expression. Unlike `matchAll` it makes no copy of the expression, which costs more than a short text. */
export function allMatches(form: RegExp, text: string): readonly RegExpExecArray[] {
  form.lastIndex = 0;
  let match = form.exec(text);
  if (match === null) return NONE;
  const matches: RegExpExecArray[] = [];
  for (; match !== null; match = form.exec(text)) matches.push(match);
  return matches;
}
