import { quantile, type Result } from './contest.ts';

/** Rounds of the same contestants, in their order. */
export interface Contest {
  readonly connections: number;
  readonly seconds: number;
  /** Of the machine, when it ended. */
  readonly load: number;
  readonly rounds: readonly (readonly Result[])[];
}

export function met(yes: boolean): string {
  return yes ? 'met' : 'MISSED';
}

/** A table of three contestants: a trivial node, n8n's own agent, ours; then ours beside n8n's own, round by round. */
export function reportContest(names: readonly string[], { connections, seconds, load, rounds }: Contest): string {
  const of = (contestant: number, field: keyof Result) => rounds.map((round) => round[contestant]![field]);
  const middle = (contestant: number, field: keyof Result) => quantile(of(contestant, field), 0.5);
  const row = (...cells: string[]) => cells.map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(index === 1 ? 22 : 10))).join('');
  const added = (contestant: number) => rounds.map((round) => round[contestant]!.p50 - round[0]!.p50);
  const ratio = (field: keyof Result) => quantile(rounds.map((round) => round[2]![field] / round[1]![field]), 0.5).toFixed(2);
  const differences = rounds.map((round) => round[2]!.p50 - round[1]!.p50);
  const slower = quantile(differences, 0.5);
  return [
    '',
    `webhook → node → respond, ${connections} connection${connections === 1 ? '' : 's'}: medians of ${rounds.length} rounds of ${seconds} s each `
      + `[their quartiles]; load of the machine ${load.toFixed(1)}`,
    row('', 'p50 ms', 'p99 ms', 'req/s', 'added p50'),
    ...names.map((name, contestant) => row(
      name, `${middle(contestant, 'p50').toFixed(1)} ${spread(of(contestant, 'p50'))}`, middle(contestant, 'p99').toFixed(0),
      middle(contestant, 'perSecond').toFixed(1), contestant === 0 ? '' : quantile(added(contestant), 0.5).toFixed(1),
    )),
    `${names[2]} beside ${names[1]}, round by round: p50 ${signed(slower)} ms ${spread(differences)}, `
      + `slower in ${differences.filter((difference) => difference > 0).length} of ${rounds.length} rounds; `
      + `ratios: p50 ${ratio('p50')}, p99 ${ratio('p99')}, req/s ${ratio('perSecond')}`,
    `target: adds no more to p50 than the built-in agent: ${met(slower <= 0)}`,
  ].join('\n');
}

function spread(values: readonly number[]): string {
  return `[${quantile(values, 0.25).toFixed(1)} to ${quantile(values, 0.75).toFixed(1)}]`;
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(1)}`;
}
