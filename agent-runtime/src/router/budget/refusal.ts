import { AiosError } from '../../errors.ts';
import type { BudgetTotals } from '../../stores/state/budget-store.ts';
import type { RuleAccount } from './accounts.ts';
import { usdText } from './money.ts';

/** `budget_exceeded`: which budget, whose, its limit and what is left, and when it starts anew. */
export function budgetExceeded(account: RuleAccount, totals: BudgetTotals, amountNanoUsd: number): AiosError {
  const { rule, period } = account;
  const when = { day: `on ${period.label}`, month: `in ${period.label}`, total: 'in total' }[rule.period];
  const anew = period.endsAt === null
    ? 'It never starts anew: raise its limitUsd to go on.'
    : `It starts anew at ${new Date(period.endsAt).toISOString()}; to go on before, raise its limitUsd or use a cheaper model.`;
  return new AiosError('budget_exceeded', `The budget "${rule.id}" ${subjectText(account)} allows ${usdText(account.ruleLimitNanoUsd)} ${when}: `
    + `${usdText(totals.spentNanoUsd)} are spent, ${usdText(totals.reservedNanoUsd)} are reserved for calls under way, and this call can cost `
    + `${usdText(amountNanoUsd)}. ${anew}`);
}

export function priceUnknown({ rule }: RuleAccount): AiosError {
  return new AiosError('price_unknown', `The model's price is unknown and the budget "${rule.id}" is a hard limit. `
    + 'Give the model a price in the router file, declare it free, or choose another one.');
}

export function subjectText({ rule, name }: Pick<RuleAccount, 'rule' | 'name'>): string {
  return name === null ? 'of the organisation' : `of the ${rule.subject === 'key' ? 'API key' : rule.subject} ${name}`;
}
