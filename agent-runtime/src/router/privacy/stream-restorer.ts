import type { StreamRestorer } from './privacy.ts';

/** `[EMAIL_1]`. Global: for `match` and `matchAll`, which begin anew each time. */
export const ANY_PLACEHOLDER = /\[[A-Z]+_\d+\]/g;

/** What placeholders stand for. */
export type Values = ReadonlyMap<string, string>;

/**
 * Puts values back into a text that comes in pieces. Held back is only an end that may be the beginning of a known placeholder.
 * In JSON a value is escaped as the string needs it, and a placeholder that stands outside of a string becomes one.
 */
export function createStreamRestorer(values: Values, form: 'text' | 'json'): StreamRestorer {
  const names = [...values.keys()];
  const json = form === 'json' ? createJsonPosition() : undefined;
  let held = '';

  const put = (text: string): string => {
    let result = '';
    let at = 0;
    for (const { 0: name, index } of text.matchAll(ANY_PLACEHOLDER)) {
      const value = values.get(name);
      if (value === undefined) continue;
      const before = text.slice(at, index);
      result += before;
      at = index + name.length;
      if (json === undefined) result += value;
      else {
        json.read(before);
        const quoted = JSON.stringify(value);
        result += json.inString() ? quoted.slice(1, -1) : quoted;
      }
    }
    json?.read(text.slice(at));
    return result + text.slice(at);
  };

  return {
    push(text) {
      const all = held + text;
      const open = all.lastIndexOf('[');
      const end = open === -1 ? '' : all.slice(open);
      held = end !== '' && names.some((name) => name.length > end.length && name.startsWith(end)) ? end : '';
      return put(held === '' ? all : all.slice(0, open));
    },
    end() {
      const rest = held;
      held = '';
      return put(rest);
    },
  };
}

/** Whether the next character of a JSON text, read piece by piece, is inside a string. */
function createJsonPosition() {
  let inString = false;
  let escaped = false;
  return {
    inString: () => inString,
    read(text: string): void {
      for (let at = 0; at < text.length; at += 1) {
        const character = text[at];
        if (escaped) escaped = false;
        else if (character === '"') inString = !inString;
        else if (inString && character === '\\') escaped = true;
      }
    },
  };
}
