import type { PrivacyTreatment } from '../contract/privacy.ts';
import type { BudgetStatus } from './budget/budgets.ts';
import type { CatalogueEntry } from './catalogue/catalogue.ts';
import type { Needs } from './needs.ts';

/** What the filters go by for one request. */
export interface FilterFacts {
  /** True, or why the caller may not use it. */
  permitted(entry: CatalogueEntry): true | string;
  /** What the privacy policy does to the text on its way there. */
  treatment(entry: CatalogueEntry): PrivacyTreatment;
  readonly needs: Needs;
  /** USD that the caller may still spend. */
  readonly costRemainingUsd?: number;
  /** Those that apply to the caller. */
  readonly budgets: readonly BudgetStatus[];
  /** How long it will be left alone, by its breaker and its keys; 0: it can be called. */
  unhealthyForMs(entry: CatalogueEntry): number;
}
