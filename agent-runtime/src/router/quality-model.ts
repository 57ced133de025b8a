import type { ModelRequest } from '../providers/model.ts';
import type { CatalogueEntry } from './catalogue/catalogue.ts';
import type { PolicySettings } from './catalogue/policy-settings.ts';

/** What is expected of answers before they are there: the predictor's prior, and what outcomes have taught since. */
export interface QualityModel {
  /** Predicted need of a strong model, 0 to 1. */
  need(request: ModelRequest): number;
  /** Whether outcomes of this operation were seen. */
  knows(operation: string): boolean;
  /**
   * Chance that its answer is good enough; null where nothing but its price tells. `drawn`: drawn from what is believed
   * (Thompson sampling), so that what is little known gets tried; else the expected value.
   */
  success(operation: string, entry: CatalogueEntry, need: number, drawn: boolean): number | null;
  /**
   * How good it is, 0 to 1: as configured, and better or worse by what outcomes of the operation have taught. Null where none
   * were seen.
   */
  standing(operation: string, entry: CatalogueEntry, need: number): number | null;
  /** How much worse than the strongest an answer may be expected to be, by the settings of `cost-quality`. */
  threshold(settings: PolicySettings['costQuality']): number;
  /** The expected loss of a request that a policy weighed, 0 to 1: what the threshold's share is taken of. */
  weighed(loss: number): void;
  /** An outcome: `success` 0 to 1. */
  observe(observation: { readonly operation: string; readonly modelId: string; readonly need: number | null; readonly success: number }): void;
}
