/** A model's or an author's text for a place in our Markdown: it cannot notify people, load a picture or fake a marker of ours. */
export function quoted(text: string): string {
  return text.toWellFormed()
    .replace(/<(?=!--|img\b)/gi, '&lt;')
    .replace(/!\[/g, '!\u200b[')
    // A zero-width space keeps the text readable and the person undisturbed.
    .replace(/(^|[^\w`/.@-])@(?=[A-Za-z0-9])/g, '$1@\u200b');
}

/** One cell of a table: no line breaks and no bars. */
export function cell(text: string): string {
  return quoted(text.replace(/\s+/g, ' ').trim()).replace(/\\/g, '\\\\').replace(/\|/g, '\\|').replace(/</g, '&lt;');
}

/** Code in a line of text or in a cell, with backticks enough for whatever it holds. */
export function inlineCode(text: string): string {
  const clean = text.replace(/\s+/g, ' ').replace(/\|/g, '\\|');
  const fence = '`'.repeat(longestRun(clean) + 1);
  return clean.includes('`') ? `${fence} ${clean} ${fence}` : `${fence}${clean}${fence}`;
}

/** A fenced block that its content cannot close. */
export function fenced(language: string, text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text.replace(/\r?\n$/, '')}\n${fence}`;
}

/** Cuts a text at a line's end, saying so. */
export function cutAt(text: string, limit: number, remark: string): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, Math.max(0, limit - remark.length - 2)).toWellFormed();
  const end = kept.lastIndexOf('\n');
  return `${end > kept.length / 2 ? kept.slice(0, end) : kept}\n\n${remark}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
