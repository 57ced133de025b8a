import type { Price } from '../providers/model.ts';
import type { CatalogueEntry } from './catalogue/catalogue.ts';

/** What nobody pays for tells nothing of its quality, so it stands behind all that has a price. */
const UNPRICED = 0.1;

/** How good a model is in general, 0 to 1: as the operator says, or else as its price suggests. */
export function standingOf({ quality, price }: CatalogueEntry): number {
  return quality ?? qualityByPrice(price);
}

/** Tenfold the price of its output is 0.2 better: $0.10 a million tokens 0.25, $1 0.45, $10 0.65. */
export function qualityByPrice(price: Price): number {
  if (price.status !== 'known') return UNPRICED;
  return Math.min(1, Math.max(UNPRICED + 0.05, 0.45 + 0.2 * Math.log10(price.outputPerMillion)));
}
