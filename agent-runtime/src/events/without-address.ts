const PLACEHOLDER = '[callback address]';
/** Shorter ones hold no secret, and to replace them would make the text unreadable. */
const SHORTEST_VALUE = 4;
const SHORTEST_SEGMENT = 16;

/** The text without what of the address can be secret: its path, its query and their parts, encoded or not. */
export function withoutAddress(text: string, address: string): string {
  const url = new URL(address);
  const values = url.search.slice(1).split('&').map((pair) => pair.slice(pair.indexOf('=') + 1));
  const parts = [
    ...[url.href, `${url.pathname}${url.search}`, url.search, url.search.slice(1), url.pathname].filter((part) => part.length >= SHORTEST_VALUE),
    ...values.filter((value) => value.length >= SHORTEST_VALUE),
    ...url.pathname.split('/').filter((segment) => segment.length >= SHORTEST_SEGMENT),
  ];
  const written = [...new Set(parts.flatMap(formsOf))].filter((form) => form.length >= SHORTEST_VALUE)
    .sort((one, other) => other.length - one.length);
  if (written.length === 0) return text;
  return text.replaceAll(new RegExp(written.map(literally).join('|'), 'gi'), PLACEHOLDER);
}

/** As it stands in the address, decoded, and as JSON and HTML write it. */
function formsOf(part: string): readonly string[] {
  const decoded = [part, decodedOf(part), decodedOf(part.replaceAll('+', ' '))];
  return [...decoded, ...decoded.map(encodeURIComponent)].flatMap((form) => [
    form, JSON.stringify(form).slice(1, -1), form.replaceAll('/', '\\/'), form.replaceAll('&', '&amp;'),
  ]);
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function decodedOf(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
