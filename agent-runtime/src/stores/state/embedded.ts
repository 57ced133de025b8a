export { createEmbeddedBudgetStore } from './embedded/budgets.ts';
export { createEmbeddedState } from './embedded/state.ts';
