import { AiosError } from '../../errors.ts';
import type { CatalogueEntry, EmbeddingEntry } from './catalogue.ts';
import { bareName } from './matches-model.ts';
import { nearNames } from './near-names.ts';

const MOST_LISTED = 20;

/** Finds models by provider/model, alias, or a bare name that only one of them has. What is not found throws `model_not_configured`. */
export function createFinder<Entry extends CatalogueEntry | EmbeddingEntry>(entries: readonly Entry[], kind: 'model' | 'embedding model'): (name: string) => Entry {
  const byName = new Map<string, Entry>();
  const byBareName = new Map<string, Entry[]>();
  for (const entry of entries) {
    const { id } = entry.model;
    for (const name of [id, ...entry.aliases]) byName.set(name, entry);
    byBareName.set(bareName(id), [...byBareName.get(bareName(id)) ?? [], entry]);
  }
  return (name) => {
    const bare = byBareName.get(name);
    const found = byName.get(name) ?? (bare?.length === 1 ? bare[0] : undefined);
    if (found !== undefined) return found;
    throw notFound(name, kind, bare, [...byName.keys()]);
  };
}

function notFound(name: string, kind: string, same: readonly (CatalogueEntry | EmbeddingEntry)[] | undefined, known: readonly string[]): AiosError {
  const asked = name.length > 200 ? `${name.slice(0, 200)}…` : name;
  if (same !== undefined) {
    return new AiosError('model_not_configured', `Several models are called ${asked}: ${same.map(({ model }) => model.id).join(', ')}. Use one of these names.`);
  }
  if (known.length === 0) return new AiosError('model_not_configured', `No ${kind} is configured, so ${asked} cannot be used.`);
  const near = nearNames(asked, known);
  const advice = near.length > 0 ? `Did you mean ${near.join(' or ')}?`
    : `Configured: ${known.slice(0, MOST_LISTED).join(', ')}${known.length > MOST_LISTED ? ` and ${known.length - MOST_LISTED} more` : ''}.`;
  return new AiosError('model_not_configured', `The ${kind} ${asked} is not configured. ${advice}`);
}
