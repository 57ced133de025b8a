import { readFileSync, readdirSync } from 'node:fs';
import { ended, known } from './sandbox/processes.ts';

/** In the environment of every git that brings or writes a working copy: the folder of the runtime's owner. */
export const OWNER_VARIABLE = 'AIOS_WORKSPACE_OWNER';

/**
 * Ends what outlived the runtime that started it, and with it every limit that the runtime held it to: sandboxes, whose bwrap was told
 * of the owner's folder, and git with its helpers.
 */
export async function endProcessesOf(folder: string): Promise<void> {
  for (let found = processesOf(folder); found.length > 0; found = processesOf(folder)) await Promise.all(found.map((pid) => ended(known(pid))));
}

function processesOf(folder: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    const [program, ...others] = wordsOf(pid, 'cmdline');
    if (/(?:^|\/)bwrap$/.test(program!)) return others.some((argument) => argument.startsWith(`${folder}/`));
    return wordsOf(pid, 'environ').includes(`${OWNER_VARIABLE}=${folder}`);
  });
}

/** None where it ended or belongs to somebody else. */
function wordsOf(pid: number, file: 'cmdline' | 'environ'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
  } catch {
    return [''];
  }
}
