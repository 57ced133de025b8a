import { LineCounter, isMap, isNode, isPair, isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { describeIssues, nameNearKeys } from './describe-issues.ts';
import { routerFileSchema } from './router-file.ts';
import type { RouterFile } from './router-file.ts';

type Path = readonly PropertyKey[];

/** A router file that has the right form; `at` names a place in it for problems found later. */
export interface ReadFile {
  readonly file: RouterFile;
  /** `line 12, models.0.endpoint` */
  at(path: Path): string;
}

export type ReadResult = ReadFile | { readonly problems: readonly string[] };

/** Reads YAML or JSON, which is YAML. All problems at once, each with its line; none shows what the file holds. */
export function readRouterFile(text: string): ReadResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    // The library's messages may quote the file.
    return { problems: document.errors.map(({ code, pos }) => `line ${lines.linePos(pos[0]).line}: not valid YAML or JSON (${code.toLowerCase().replaceAll('_', ' ')})`) };
  }
  const at = (path: Path) => placeOf(document, lines, path);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return { problems: ['the file refers to itself too often (YAML aliases); write it out'] };
  }
  // An editor that is about to write may leave it empty for a moment.
  if (value === null || value === undefined) return { problems: ['the file is empty; write {} for all defaults'] };
  const parsed = routerFileSchema.safeParse(value, { error: nameNearKeys });
  if (parsed.success) return { file: parsed.data, at };
  const offset = ({ path }: { readonly path: Path }) => offsetOf(document, path) ?? 0;
  const inOrder = describeIssues(parsed.error.issues).sort((a, b) => offset(a) - offset(b));
  return { problems: inOrder.map(({ path, message }) => `${at(path)} ${message}`) };
}

function placeOf(document: Document, lines: LineCounter, path: Path): string {
  const offset = offsetOf(document, path);
  const name = path.length === 0 ? 'the file' : path.map(String).join('.');
  return offset === null ? name : `line ${lines.linePos(offset).line}, ${name}`;
}

/** Where the key, item or value stands; of what is missing, where its parent is. */
function offsetOf(document: Document, path: Path): number | null {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(last));
      if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    } else {
      const node: unknown = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
  }
  return null;
}
