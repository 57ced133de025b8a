import { quantile } from '../contest.ts';
import type { Result } from './player.ts';

/** Each player's results, round by round in the same order. */
export type Rounds = ReadonlyMap<string, readonly Result[]>;

export interface Report {
  /** A table, under its title. */
  show(title: string, rounds: Rounds): void;
  /** How one compares with others, by the median of the rounds. */
  compare(rounds: Rounds, one: string, others: readonly string[]): void;
  target(text: string, met: boolean): void;
  /** Names what was missed, and says whether nothing was. */
  end(): boolean;
}

export function createReport(): Report {
  const missed: string[] = [];
  return {
    show(title, rounds) {
      console.log(`\n${title}`);
      row('', 'tasks/s', 'p50 ms', 'p99 ms', 'CPU µs', 'servers µs');
      for (const [name, results] of rounds) {
        const typical = (pick: (result: Result) => number) => median(results.map(pick));
        row(
          name, typical(({ perSecond }) => perSecond).toFixed(0), typical(({ p50 }) => p50).toFixed(1), typical(({ p99 }) => p99).toFixed(1),
          typical(({ cpu }) => cpu).toFixed(0), typical(({ serverCpu }) => serverCpu).toFixed(0),
        );
      }
    },
    compare(rounds, one, others) {
      for (const other of others) {
        const to = (pick: (result: Result) => number) => ratio(rounds, one, other, pick).toFixed(2);
        console.log(`${one} to ${other}: tasks/s ${to(({ perSecond }) => perSecond)}, p50 ${to(({ p50 }) => p50)}, all CPU ${to(allCpu)}`);
      }
    },
    target(text, met) {
      if (!met) missed.push(text);
      console.log(`  ${met ? 'met   ' : 'MISSED'} ${text}`);
    },
    end() {
      if (missed.length > 0) console.log(`\n${missed.length} MISSED:\n${missed.map((text) => `  ${text}`).join('\n')}`);
      return missed.length === 0;
    },
  };
}

export function allCpu({ cpu, serverCpu }: Result): number {
  return cpu + serverCpu;
}

/** Of rounds that were played one right after the other, so that what disturbs the machine disturbs both. */
export function ratio(rounds: Rounds, one: string, other: string, pick: (result: Result) => number): number {
  const others = rounds.get(other)!;
  return median(rounds.get(one)!.map((result, round) => pick(result) / pick(others[round]!)));
}

function row(...cells: readonly string[]): void {
  console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(26) : cell.padStart(12))).join(''));
}

const median = (list: readonly number[]) => quantile(list, 0.5);
