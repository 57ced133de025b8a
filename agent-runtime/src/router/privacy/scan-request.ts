import type { ModelRequest } from '../../providers/model.ts';
import type { Detected } from './detectors/detected.ts';
import type { PrivacyPolicy } from './policy.ts';
import { createMarkingTest } from './markings.ts';
import { createScanCache } from './scan-cache.ts';
import { createTextScanner } from './scan-text.ts';
import { findTopics, type Topic } from './statements.ts';
import { readTexts, type RequestText } from './texts.ts';

/** Something that was found only when texts which stand behind one another were read as one. */
export interface SplitFinding {
  readonly one: Detected;
  readonly value: string;
  /** Its part of each text, in their order. */
  readonly places: readonly { readonly index: number; readonly start: number; readonly end: number }[];
}

export interface RequestScan {
  readonly texts: readonly RequestText[];
  readonly images: number;
  /** By text. */
  readonly detected: readonly (readonly Detected[])[];
  readonly split: readonly SplitFinding[];
  readonly topics: readonly Topic[];
  readonly marked: boolean;
  /** Nothing at all was found. */
  readonly clean: boolean;
}

interface Scan {
  readonly detected: readonly Detected[];
  readonly marked: boolean;
  /** Looked for when the user's own words are first met. */
  topics?: readonly Topic[];
}

/** Looks through whole requests; `too-long` for one that is longer than the policy has looked at. */
export function createRequestScanner(policy: PrivacyPolicy): (request: ModelRequest) => RequestScan | Promise<RequestScan> | 'too-long' {
  const scanText = createTextScanner(policy);
  const isMarked = createMarkingTest(policy.detectors.markings ? policy.markings : []);
  const cache = createScanCache<Scan>();

  function look({ text, sealed }: Pick<RequestText, 'text' | 'sealed'>): Scan | Promise<Scan> {
    const hash = cache.keyOf(text);
    const key = hash !== undefined && sealed ? `sealed ${hash}` : hash;
    const known = key === undefined ? undefined : cache.get(key);
    if (known !== undefined) return known;
    const keep = (detected: readonly Detected[]): Scan => {
      const scan: Scan = { detected, marked: sealed === undefined && isMarked(text) };
      if (key !== undefined) cache.set(key, scan);
      return scan;
    };
    const detected = scanText(text, sealed);
    return detected instanceof Promise ? detected.then(keep) : keep(detected);
  }

  return (request) => {
    const { texts, images } = readTexts(request);
    let characters = 0;
    for (const { text } of texts) characters += text.length;
    if (characters > policy.maxCharacters) return 'too-long';
    const joined = joinGroups(texts);
    const scans = texts.map(look);
    const joinedScans = joined.map(look);
    const finish = (all: readonly Scan[], across: readonly Scan[]): RequestScan => {
      const topics = policy.detectors.statements ? topicsOf(texts, all) : [];
      const detected = all.map((scan) => scan.detected);
      const split = across.flatMap((scan, index) => splitFindings(joined[index]!, scan.detected, texts, detected));
      const marked = all.some((scan) => scan.marked);
      return { texts, images, detected, split, topics, marked, clean: !marked && topics.length === 0 && split.length === 0 && detected.every((found) => found.length === 0) };
    };
    if (scans.some(isPromise) || joinedScans.some(isPromise)) return Promise.all([Promise.all(scans), Promise.all(joinedScans)]).then(([all, across]) => finish(all, across));
    return finish(scans as Scan[], joinedScans as Scan[]);
  };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}

function topicsOf(texts: readonly RequestText[], scans: readonly Scan[]): readonly Topic[] {
  let topics: Set<Topic> | undefined;
  texts.forEach(({ text, own }, index) => {
    if (own) for (const topic of scans[index]!.topics ??= findTopics(text)) (topics ??= new Set()).add(topic);
  });
  return topics === undefined ? NO_TOPICS : [...topics];
}

const NO_TOPICS: readonly Topic[] = [];

interface Joined {
  readonly text: string;
  readonly indices: readonly number[];
}

/** Texts that stand directly behind one another, as one. */
function joinGroups(texts: readonly RequestText[]): Joined[] {
  const joined: Joined[] = [];
  for (let first = 0; first < texts.length;) {
    let next = first + 1;
    while (next < texts.length && texts[next]!.group === texts[first]!.group) next += 1;
    if (next - first > 1) {
      const indices = Array.from({ length: next - first }, (_, offset) => first + offset);
      joined.push({ indices, text: indices.map((index) => texts[index]!.text).join('') });
    }
    first = next;
  }
  return joined;
}

/** Those that go over the end of a text, where nothing was found in the texts alone. */
function splitFindings({ text, indices }: Joined, across: readonly Detected[], texts: readonly RequestText[], alone: readonly (readonly Detected[])[]): SplitFinding[] {
  const found: SplitFinding[] = [];
  for (const one of across) {
    const places: { index: number; start: number; end: number }[] = [];
    let offset = 0;
    for (const index of indices) {
      const { length } = texts[index]!.text;
      const start = Math.max(0, one.start - offset);
      const end = Math.min(length, one.end - offset);
      if (start < end) places.push({ index, start, end });
      offset += length;
    }
    const isNew = places.every(({ index, start, end }) => alone[index]!.every((other) => other.end <= start || other.start >= end));
    if (places.length > 1 && isNew) found.push({ one, places, value: text.slice(one.start, one.end) });
  }
  return found;
}
