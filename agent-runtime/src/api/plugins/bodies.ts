import type { FastifyInstance } from 'fastify';
import { AiosError } from '../../errors.ts';

/** What reads a body recursively must never run out of stack. */
const MOST_LEVELS = 200;

/** Takes JSON bodies alone. An empty one is no body, whatever its header says: many clients name JSON on every POST. */
export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (text === '') done(null, undefined);
    else if (isTooDeep(text)) done(new AiosError('invalid_request', `The body has more than ${MOST_LEVELS} levels of objects and arrays within each other. Send it flatter.`));
    else parse(request, text, done);
  });
}

/** Whether JSON has more levels than that. Of text that is no JSON the answer means nothing. */
function isTooDeep(text: string): boolean {
  // Each level is opened and closed.
  if (text.length <= 2 * MOST_LEVELS || !hasMany(text)) return false;
  let level = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      level += 1;
      if (level > MOST_LEVELS) return true;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) level -= 1;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/** Whether so many levels are opened at all, those within strings included: most bodies end here. */
function hasMany(text: string): boolean {
  let opened = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      opened += 1;
      if (opened > MOST_LEVELS) return true;
    }
  }
  return false;
}

/** Where the string that begins at `start` ends. */
function endOfString(text: string, start: number): number {
  // Most strings are short, for which a search costs more than to look at each character.
  const near = Math.min(start + 64, text.length);
  let at = start + 1;
  for (; at < near; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  const from = at;
  for (at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (before >= from && text.charCodeAt(before) === BACKSLASH) before -= 1;
    // An even number of backslashes are each other's.
    if ((at - before) % 2 === 1) return at;
  }
  return text.length;
}
