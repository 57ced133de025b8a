import { readdirSync, readFileSync } from 'node:fs';

const MS_PER_TICK = 10;

interface Stat {
  readonly command: string;
  readonly parent: number;
  /** CPU of its own and of its children that have ended, in ms. */
  readonly own: number;
  readonly ended: number;
}

/** CPU that this process has taken, in ms. */
export function cpuOf(pid: number): number {
  return statOf(pid)?.own ?? 0;
}

/** CPU that all programs of these names have taken which this process started, in ms. */
export function cpuOfServers(commands: readonly string[]): number {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    if (stat) stats.set(Number(name), stat);
  }
  const isOurs = (pid: number): boolean => {
    for (let current = pid; current > 1; current = stats.get(current)?.parent ?? 0) if (current === process.pid) return true;
    return false;
  };
  let sum = 0;
  for (const [pid, { command, own, ended }] of stats) if (commands.includes(command) && isOurs(pid)) sum += own + ended;
  return sum;
}

/** Null: it has ended. */
function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const afterName = text.lastIndexOf(')');
    const fields = text.slice(afterName + 2).split(' ');
    const ms = (first: number) => (Number(fields[first]) + Number(fields[first + 1])) * MS_PER_TICK;
    return { command: text.slice(text.indexOf('(') + 1, afterName), parent: Number(fields[1]), own: ms(11), ended: ms(13) };
  } catch {
    return null;
  }
}
