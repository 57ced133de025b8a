import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** A process that is not taken for a later one with the same number. */
export interface KnownProcess {
  readonly pid: number;
  /** In ticks since the host's start; empty: it was gone already. */
  readonly startedAt: string;
}

export const known = (pid: number): KnownProcess => ({ pid, startedAt: statOf(pid)?.startedAt ?? '' });

/** A process and all below it. */
export function family(pid: number): number[] {
  const found: number[] = [];
  const open = [pid];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    try {
      for (const thread of readdirSync(`/proc/${next}/task`)) {
        for (const child of readFileSync(`/proc/${next}/task/${thread}/children`, 'utf8').split(' ')) if (child !== '') open.push(Number(child));
      }
    } catch { /* It ended. */ }
  }
  return found;
}

/**
 * Kills a process and all below it, and answers with those below. It is stopped first: what it starts before that is seen, and after
 * that it starts nothing.
 */
export function killFamily(pid: number): KnownProcess[] {
  send(pid, 'SIGSTOP');
  const below = family(pid).slice(1).map(known);
  for (const each of below) send(each.pid, 'SIGKILL');
  send(pid, 'SIGKILL');
  return below;
}

/** Kills a process and waits until it is dead; the first one of a pid namespace is so after all others in it. */
export async function ended(process: KnownProcess): Promise<void> {
  while (isAlive(process)) {
    send(process.pid, 'SIGKILL');
    await pause(1);
  }
}

function isAlive({ pid, startedAt }: KnownProcess): boolean {
  const stat = statOf(pid);
  return stat !== null && stat.startedAt === startedAt && !/[ZX]/.test(stat.state);
}

function statOf(pid: number): { readonly state: string; readonly startedAt: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Its name, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, startedAt: fields[19]! };
  } catch {
    return null;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch { /* It ended already. */ }
}
