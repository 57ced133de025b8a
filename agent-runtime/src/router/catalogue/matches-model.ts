import type { CatalogueEntry, EmbeddingEntry } from './catalogue.ts';

/** Whether a name, as a caller or the router file gives it, means that model: provider/model, an alias, or the bare model. */
export function matchesModel({ model: { id }, aliases }: CatalogueEntry | EmbeddingEntry, name: string): boolean {
  return id === name || aliases.includes(name) || bareName(id) === name;
}

/** What follows the endpoint. */
export function bareName(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}
