import { isObject } from './fields.ts';
import type { JsonObject } from './fields.ts';

/** References of a JSON Schema to places within itself. */
export interface References {
  /** Whether it leads to a schema. One to another document is believed: whoever has the document can tell. */
  resolve(reference: string): boolean;
  /** Those of a part that has an `$id` of its own, which begin there. */
  within(part: JsonObject): References;
}

export function createReferences(root: JsonObject, outer?: References): References {
  let anchors: ReadonlySet<string> | undefined;
  const references: References = {
    resolve(reference) {
      if (!reference.startsWith('#')) return true;
      const fragment = decoded(reference.slice(1));
      const leads = fragment !== undefined && (fragment === '' || (fragment.startsWith('/') ? isSchemaAt(root, fragment) : (anchors ??= anchorsOf(root)).has(fragment)));
      // Many write the whole document's places there too, and most readers understand it.
      return leads || (outer?.resolve(reference) ?? false);
    },
    within: (part) => createReferences(part, references),
  };
  return references;
}

function isSchemaAt(root: JsonObject, pointer: string): boolean {
  let at: unknown = root;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return false;
    at = (at as JsonObject)[name];
  }
  return isObject(at) || typeof at === 'boolean';
}

function anchorsOf(root: JsonObject): ReadonlySet<string> {
  const anchors = new Set<string>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const one = waiting.pop();
    if (typeof one !== 'object' || one === null) continue;
    for (const [name, value] of Object.entries(one)) {
      if (typeof value === 'string') {
        if (name === '$anchor' || name === '$dynamicAnchor') anchors.add(value);
        // As drafts before 2019-09 have it.
        else if (name === '$id' && value.startsWith('#')) anchors.add(value.slice(1));
      } else waiting.push(value);
    }
  }
  return anchors;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
