/**
 * Forgets what is old, some at a time: each call deletes at most `limit` of what it counts, oldest first, and answers how many
 * it deleted; fewer than `limit` says that no more are old. Times are ms since 1970. What an open task or a callback still
 * needs is kept, however old it is. Decisions are forgotten by `RoutingRecords.forgetDecisions`.
 */
export interface RetentionRecords {
  /**
   * Batches that ended before that time and whose callback, if they have one, was delivered or given up, with their tasks,
   * inputs, events and journals. Their idempotency keys can be used again. Receipts and ledger rows stay.
   */
  forgetBatches(before: number, limit: number): Promise<number>;
  /** Receipts last changed before that time, but for those of a task that is not ended: an effect asked for again would be done again. */
  forgetReceipts(before: number, limit: number): Promise<number>;
  /** Ledger rows: what reports and budgets are made of. A budget's whole period must be younger. */
  forgetLedger(before: number, limit: number): Promise<number>;
}
