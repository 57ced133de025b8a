import { AiosError } from '../../errors.ts';
import type { CatalogueSnapshot } from './catalogue.ts';
import type { ReadFile } from './read-router-file.ts';

/** Names of models in the settings that lead nowhere. */
export function checkSettings({ settings, chatModel, embeddingModel }: CatalogueSnapshot, { at }: ReadFile): string[] {
  const problems: string[] = [];
  const check = (find: (name: string) => unknown, name: string | undefined, path: readonly PropertyKey[]) => {
    if (name === undefined) return;
    try {
      find(name);
    } catch (error) {
      if (!(error instanceof AiosError)) throw error;
      problems.push(`${at(path)}: ${error.message}`);
    }
  };
  const { byOperation, costQuality } = settings.policies;
  check(chatModel, costQuality.strong, ['policies', 'costQuality', 'strong']);
  check(chatModel, costQuality.weak, ['policies', 'costQuality', 'weak']);
  for (const [operation, { model }] of Object.entries(byOperation)) check(chatModel, model, ['policies', 'byOperation', operation, 'model']);
  settings.experiments.forEach(({ arms }, experiment) => arms.forEach(({ model }, arm) => {
    check(chatModel, model, ['experiments', experiment, 'arms', arm, 'model']);
  }));
  check(embeddingModel, settings.cache.semantic.embeddingModel, ['cache', 'semantic', 'embeddingModel']);
  return problems;
}
