import { setTimeout as pause } from 'node:timers/promises';
import type { Task } from '../../agent-runtime/src/contract/task.ts';
import type { Check } from './checks.ts';
import type { Client } from './client.ts';
import { REPORT, type WorkItem } from './work.ts';

const TRIES = 5;

/** What a command has kept is there, once and whole, whatever was killed while it was written. */
export async function checkArtifacts(items: readonly WorkItem[], tasks: readonly Task[], client: Client, apiUrl: string): Promise<Check> {
  const problems: string[] = [];
  const commands = items.flatMap((item, index) => (item.kind === 'command' && tasks[index]?.status === 'succeeded' ? [{ item, task: tasks[index] }] : []));
  for (const { item, task } of commands) {
    const { artifacts } = await client.get<{ artifacts: { name: string; url: string | null }[] }>(`/v1/tasks/${task.id}/artifacts`);
    const names = artifacts.map(({ name }) => name).sort();
    if (names.join() !== `changes.diff,${REPORT}`) problems.push(`${task.id} has kept ${names.join(', ') || 'nothing'}`);
    const url = artifacts.find(({ name }) => name === REPORT)?.url;
    const text = url ? await read(new URL(url, apiUrl)) : null;
    if (text !== `${item.mark}\n`) problems.push(`${REPORT} of ${task.id} should be ${item.mark} and is ${JSON.stringify(text)}`);
  }
  return { title: `what ${commands.length} programs made was kept whole`, problems };
}

async function read(url: URL): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      return response.ok ? await response.text() : `HTTP ${response.status}`;
    } catch (error) {
      if (tries === TRIES) return String(error);
      await pause(500);
    }
  }
}
