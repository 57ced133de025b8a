/** Text that stays text in HTML. @param {unknown} text */
export const escapeHtml = (text) => String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** Tags that reviews use; all else stays text. */
const TAGS = /&#60;(\/?(?:details|summary|sub))&#62;/g;

/** @param {string} escaped */
const inline = (escaped) => escaped
  .replace(/`([^`]+)`/g, '<code>$1</code>')
  .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>')
  .replace(TAGS, '<$1>');

/** @param {string[]} rows */
function table(rows) {
  const cells = rows.filter((row) => !/^\|[\s|:-]+\|$/.test(row)).map((row) => row.slice(1, -1).split(/(?<!\\)\|/));
  return `<table class="list">${cells.map((row) => `<tr>${row.map((cell) => `<td>${inline(cell.trim())}</td>`).join('')}</tr>`).join('')}</table>`;
}

/**
 * The little Markdown that a review is written in, as HTML: headings, tables, lists, quotes, code. Whatever is not one of
 * these is escaped text, so nothing in a review runs.
 * @param {string} source
 */
export function markdown(source) {
  // Comments are markers by which a program finds its own posts.
  const escaped = escapeHtml(source.replace(/<!--[\s\S]*?-->/g, '').trim());
  return escaped.split(/^(```[\s\S]*?^```$)/m).map((part) => {
    if (part.startsWith('```')) return `<pre>${part.replace(/^```.*\n?|\n?```$/g, '')}</pre>`;
    return part.split(/\n{2,}/).map((block) => block.trim()).filter(Boolean).map((block) => {
      const lines = block.split('\n');
      if (lines.every((line) => /^\|.*\|$/.test(line))) return table(lines);
      if (/^#{1,6} /.test(block)) return `<h3>${inline(block.replace(/^#+ /, ''))}</h3>`;
      if (lines.every((line) => /^[-*] /.test(line))) return `<ul>${lines.map((line) => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`;
      if (lines.every((line) => line.startsWith('&#62;'))) return `<blockquote>${inline(lines.map((line) => line.replace(/^&#62; ?/, '')).join('\n'))}</blockquote>`;
      const html = inline(block);
      return /^<\/?details>/.test(html) ? html : `<p>${html}</p>`;
    }).join('\n');
  }).join('\n');
}
