import type { RoutingRecords } from '../../stores/records/routing-records.ts';
import { readAccountKey } from './accounts.ts';

/**
 * What the ledger says of an account that the budget store does not know: a budget that is new counts what was spent
 * before it was made, and a store that lost its memory goes on where it was.
 */
export function ledgerSeed(records: Pick<RoutingRecords, 'committedNanoUsd'>): (accountKey: string) => Promise<number> {
  return (accountKey) => {
    const { scope, from, to } = readAccountKey(accountKey);
    return records.committedNanoUsd(scope, from, to);
  };
}
