import { AiosError } from '../../errors.ts';
import type { ModelRequest } from '../../providers/model.ts';
import type { Detected } from './detectors/detected.ts';
import type { Redaction } from './privacy.ts';
import { ANY_PLACEHOLDER, createStreamRestorer } from './stream-restorer.ts';
import { writeTexts, type RequestText } from './texts.ts';

/** Something to take out of one text. A value that goes on in the next text leaves its placeholder in the first one only. */
export interface Cut extends Pick<Detected, 'placeholder' | 'start' | 'end'> {
  /** Where the value is more than what is cut here. */
  readonly value?: string;
  /** The rest of a value whose placeholder stands in an earlier text. */
  readonly continued?: true;
}

/** The request without what is to be cut: `cuts` by the index of their text, in rising order. The same value gets the same placeholder. */
export function redactRequest(request: ModelRequest, texts: readonly RequestText[], cuts: ReadonlyMap<number, readonly Cut[]>): Redaction {
  const names = new Map<string, string>();
  const values = new Map<string, string>();
  const counts = new Map<string, number>();
  const strings: (Uint8Array | undefined)[] = [];
  let own: ReadonlySet<string> | undefined;

  const nameOf = (placeholder: string, value: string): string => {
    const key = `${placeholder}\n${value}`;
    const known = names.get(key);
    if (known !== undefined) return known;
    let name: string;
    do {
      const count = (counts.get(placeholder) ?? 0) + 1;
      counts.set(placeholder, count);
      name = `[${placeholder}_${count}]`;
      // A text may hold the same words for reasons of its own. Thinking has them because they stood for the same value.
    } while ((own ??= placeholdersIn(texts)).has(name));
    names.set(key, name);
    values.set(name, value);
    return name;
  };

  const stringsOf = (index: number) => (texts[index]!.kind === 'json' ? (strings[index] ??= insideStrings(texts[index]!.text)) : undefined);
  const named = texts.map(({ text, kind }, index) => (cuts.get(index) ?? []).map((cut): NamedCut => {
    const quoted = stringsOf(index)?.[cut.start] !== 0;
    const { start, end } = quoted ? cut : wholeNumber(text, cut);
    const raw = text.slice(start, end);
    const value = cut.value ?? (kind === 'json' && quoted ? unescaped(raw) : raw);
    return { start, end, name: cut.continued === true ? '' : nameOf(cut.placeholder, value) };
  }));
  const withRepetitions = createRepetitionFinder(values);
  const redacted = writeTexts(request, texts.map(({ text }, index) => {
    let result = '';
    let at = 0;
    for (const cut of withRepetitions(text, named[index]!)) {
      if (stringsOf(index)?.[cut.start] !== 0) result += text.slice(at, cut.start) + cut.name;
      else {
        const number = wholeNumber(text, cut);
        // A longer number that only has the same digits in it is another one.
        if (number.start !== cut.start || number.end !== cut.end) continue;
        result += text.slice(at, cut.start) + JSON.stringify(cut.name);
      }
      at = cut.end;
    }
    return result + text.slice(at);
  }));

  const whole = (text: string, form: 'text' | 'json'): string => {
    const restorer = createStreamRestorer(values, form);
    return restorer.push(text) + restorer.end();
  };
  const answers = request.outputSchema !== undefined || request.jsonObject === true ? 'json' : 'text';
  return {
    request: redacted,
    restore: (text) => whole(text, answers),
    restoreJson: (text) => whole(text, 'json'),
    restorer: (form) => createStreamRestorer(values, form ?? answers),
  };
}

function placeholdersIn(texts: readonly RequestText[]): ReadonlySet<string> {
  return new Set(texts.flatMap(({ text, thought }) => (thought === undefined ? text.match(ANY_PLACEHOLDER) ?? [] : [])));
}

interface NamedCut {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** Finds the other places of values that were found somewhere: without the words around them, say, they are not recognised. */
function createRepetitionFinder(values: ReadonlyMap<string, string>): (text: string, cuts: readonly NamedCut[]) => readonly NamedCut[] {
  // Many values may begin alike, and then they are of few lengths.
  const nameOf = new Map<string, string>();
  const lengths = new Map<string, number[]>();
  for (const [name, value] of values) {
    if (value.length < SHORTEST_REPEATED) continue;
    const beginning = value.slice(0, SHORTEST_REPEATED);
    const known = lengths.get(beginning) ?? [];
    if (!known.includes(value.length)) lengths.set(beginning, [...known, value.length].sort((one, other) => other - one));
    if (!nameOf.has(value)) nameOf.set(value, name);
  }
  if (nameOf.size === 0) return (_, cuts) => cuts;
  return (text, cuts) => {
    const all: NamedCut[] = [];
    let from = 0;
    for (const cut of [...cuts, { start: text.length, end: text.length, name: '' }]) {
      for (let at = from; at + SHORTEST_REPEATED <= cut.start; at += 1) {
        const length = lengths.get(text.slice(at, at + SHORTEST_REPEATED))?.find((one) => at + one <= cut.start && nameOf.has(text.slice(at, at + one)));
        if (length === undefined) continue;
        all.push({ start: at, end: at + length, name: nameOf.get(text.slice(at, at + length))! });
        at += length - 1;
      }
      if (cut.start < text.length) all.push(cut);
      from = cut.end;
    }
    return all;
  };
}

/** Shorter ones may be a part of anything. */
const SHORTEST_REPEATED = 6;

/** By place of a JSON text: 1 inside of a string, 0 outside. */
function insideStrings(json: string): Uint8Array {
  const inside = new Uint8Array(json.length);
  let open = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (character === '"') open = !open;
    else if (open) {
      inside[at] = 1;
      if (character === '\\' && at + 1 < json.length) inside[at += 1] = 1;
    }
  }
  return inside;
}

/** A number in JSON becomes a string, so all of it must. */
function wholeNumber(json: string, { start, end }: Pick<Cut, 'start' | 'end'>): { readonly start: number; readonly end: number } {
  let from = start;
  let to = end;
  while (from > 0 && /[-+.0-9eE]/.test(json[from - 1]!)) from -= 1;
  while (to < json.length && /[-+.0-9eE]/.test(json[to]!)) to += 1;
  return { start: from, end: to };
}

function unescaped(raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}

/** Thrown where a redacted request would not be one any more. */
export function cannotRedact(cause: unknown): AiosError {
  return new AiosError('privacy_unclassified', 'What was found in the request cannot be taken out of it. Remove it, or route the request to a local model.', { cause });
}
