import type { Look } from '../crash/look.ts';
import type { Check } from './checks.ts';
import { nanoUsdOf, usageOf, type ModelCall } from './model-calls.ts';

/** Numbers are texts where Postgres has them so. */
interface Row {
  readonly task_id: string;
  readonly input: number | string;
  readonly cache_read: number | string;
  readonly output: number | string;
  readonly cost_nano_usd: number | string | null;
  readonly committed_nano_usd: number | string;
  readonly error_code: string | null;
  readonly workflow: string | null;
}

export interface Entry {
  readonly workflow: string | null;
  readonly committedNanoUsd: number;
}

export interface Ledger {
  readonly checks: readonly Check[];
  readonly entries: readonly Entry[];
  readonly answered: number;
  /** Calls that broke off, at their worst case. */
  readonly broken: number;
  /** Billed, and their process was killed before it had them in the ledger. */
  readonly lost: readonly ModelCall[];
  /**
   * Calls of which no trace is in the ledger and whose process was killed, answered or not, each with the most that it may have
   * settled with the budgets: a call that broke off settles its worst case, and is charged as soon as the records take it.
   */
  readonly untold: readonly { readonly mark: string; readonly mostNanoUsd: number }[];
}

export interface LedgerOptions {
  readonly look: Look;
  readonly calls: readonly ModelCall[];
  /** By task, the mark of what it is about. */
  readonly markOf: ReadonlyMap<string, string>;
  /** Lives that were killed, with when. */
  readonly killed: ReadonlyMap<string, number>;
  /** Tasks that one process runs at once. */
  readonly concurrency: number;
}

/**
 * Holds the ledger against what the model's service has billed. Each answer in the ledger is one call of the service, at its
 * exact cost. A billed call that is not there as an answer is there as one that broke off, at its worst case, or its process
 * was killed while it was under way: no more of them at a kill than that process ran tasks.
 */
export async function checkLedger({ look, calls, markOf, killed, concurrency }: LedgerOptions): Promise<Ledger> {
  const rows = await look<Row>('SELECT task_id, input, cache_read, output, cost_nano_usd, committed_nano_usd, error_code, workflow FROM ledger ORDER BY id');
  const problems: string[] = [];
  const byBill = new Map(calls.map((call) => [billOf(usageOf(call)), call]));
  const entered = new Set<ModelCall>();
  const entries: Entry[] = [];
  /** By mark, calls that broke off and are there. */
  const broken = new Map<string, number>();
  for (const row of rows) {
    const { task_id: taskId, workflow } = row;
    const mark = markOf.get(taskId) ?? 'none';
    const call = row.error_code === null ? byBill.get(billOf({ input: Number(row.input), cacheRead: Number(row.cache_read), output: Number(row.output) })) : undefined;
    entries.push({ workflow, committedNanoUsd: Number(row.committed_nano_usd) });
    if (row.error_code !== null) {
      if (row.cost_nano_usd === null) broken.set(mark, (broken.get(mark) ?? 0) + 1);
    } else if (!call) problems.push(`an answer for ${taskId} is in the ledger that no call had`);
    else {
      if (entered.has(call)) problems.push(`call ${call.number} for ${call.mark} is in the ledger twice`);
      else if (call.mark !== mark) problems.push(`call ${call.number} for ${call.mark} is charged to ${taskId} (${mark})`);
      else if (Number(row.cost_nano_usd) !== nanoUsdOf(call)) problems.push(`call ${call.number} cost ${nanoUsdOf(call)} nano-USD and is charged ${row.cost_nano_usd}`);
      entered.add(call);
    }
  }
  const brokenInAll = [...broken.values()].reduce((sum, count) => sum + count, 0);

  const untold = untoldCalls({ calls: calls.filter((call) => !entered.has(call)), broken, killed, worst: Math.max(0, ...entries.map(({ committedNanoUsd }) => committedNanoUsd)) });
  const lost: ModelCall[] = [];
  for (const call of calls.filter((one) => one.answeredAt !== null && !entered.has(one))) {
    const excuses = broken.get(call.mark) ?? 0;
    if (excuses > 0) broken.set(call.mark, excuses - 1);
    else if (killed.has(call.life)) lost.push(call);
    else problems.push(`call ${call.number} for ${call.mark} of ${call.life} was billed at ${new Date(call.answeredAt!).toISOString()} and is not in the ledger`);
  }
  for (const [life, own] of Map.groupBy(lost, (call) => call.life)) {
    if (own.length > concurrency) problems.push(`${own.length} calls of ${life} are not in the ledger, more than it ran when it was killed`);
  }
  return {
    checks: [{ title: `the ledger has each of ${entered.size} answered calls once, at its cost, and all others that were billed`, problems }, await checkJournal(look, calls, markOf)],
    entries, answered: entered.size, broken: brokenInAll, lost, untold,
  };
}

/** `calls`: those that are not in the ledger as answered. By mark, as many of them as it has broken ones are there. */
function untoldCalls({ calls, broken, killed, worst }: {
  calls: readonly ModelCall[]; broken: ReadonlyMap<string, number>; killed: ReadonlyMap<string, number>; worst: number;
}): Ledger['untold'] {
  return [...Map.groupBy(calls, ({ mark }) => mark)].flatMap(([mark, own]) => {
    const count = Math.min(own.filter(({ life }) => killed.has(life)).length, own.length - (broken.get(mark) ?? 0));
    return Array.from({ length: Math.max(0, count) }, () => ({ mark, mostNanoUsd: worst }));
  });
}

/** What is in the journal is not paid for again. */
async function checkJournal(look: Look, calls: readonly ModelCall[], markOf: ReadonlyMap<string, string>): Promise<Check> {
  const events = await look<{ task_id: string; at: number | string }>("SELECT task_id, MIN(at) AS at FROM events WHERE type = 'model-answered' GROUP BY task_id");
  const sharing = Map.groupBy(markOf, ([, mark]) => mark);
  const callsFor = Map.groupBy(calls, (call) => call.mark);
  return {
    title: `what ${events.length} tasks had in their journal was not paid for again`,
    problems: events.flatMap(({ task_id: taskId, at }) => {
      const mark = markOf.get(taskId) ?? 'none';
      // Tasks that share a pull request ask the same each for itself.
      if (sharing.get(mark)?.length !== 1) return [];
      return (callsFor.get(mark) ?? []).filter((call) => call.startedAt > Number(at))
        .map((call) => `${taskId} (${mark}) had its answer at ${new Date(Number(at)).toISOString()} and ${call.life} asked again at ${new Date(call.startedAt).toISOString()}`);
    }),
  };
}

function billOf({ input, cacheRead, output }: { readonly input: number; readonly cacheRead: number; readonly output: number }): string {
  return `${input}/${cacheRead}/${output}`;
}
