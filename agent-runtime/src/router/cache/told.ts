import type { ModelRequest } from '../../providers/model.ts';
import type { CatalogueSnapshot } from '../catalogue/catalogue.ts';
import type { PrivacyVerdict } from '../privacy/privacy.ts';
import type { Told } from './response-cache.ts';

/**
 * What the semantic cache may tell its embedding model. It would be judged by its own text alone there, and what may go where is
 * decided by the whole request: its declared class, its other turns, and what was found in them.
 */
export function toldOf(request: ModelRequest, verdict: PrivacyVerdict, { settings, embeddings, embeddingModel }: CatalogueSnapshot): Told {
  const { enabled, embeddingModel: name } = settings.cache.semantic;
  if (!enabled) return null;
  const entry = name === undefined ? embeddings[0] : embeddingModel(name);
  if (entry === undefined) return null;
  const treatment = verdict.treatment(entry.location);
  if (treatment === 'allow') return request;
  try {
    return treatment === 'redact' ? verdict.redacted().request : null;
  } catch {
    return null; // It cannot be taken out; the model of the request itself may be one that may have it.
  }
}
