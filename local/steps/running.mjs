import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../failure.mjs';
import { rootFolder } from '../folders.mjs';
import { signalGroup, stopGroup } from '../processes.mjs';

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The command line of a process, to tell ours from another that got the same id since. @param {number} pid */
const commandOf = (pid) => spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';

/** @param {string} command */
const isOurs = (command) => command.includes(rootFolder) || /npm(-cli\.c?js)? (ci|rebuild) /.test(command);

/**
 * Keeps the ids of what runs in a file, so that one data folder is used once at a time and what a killed start left
 * behind is found.
 * @param {string} dataFolder
 */
export function createRunningFile(dataFolder) {
  const file = path.join(dataFolder, 'running.json');
  return {
    /** @param {readonly number[]} groupIds */
    write: (groupIds) => writeFileSync(file, JSON.stringify({ pid: process.pid, groupIds }), { mode: 0o600 }),
    remove: () => rmSync(file, { force: true }),
    /** Stops what a start that was killed left running. @returns {Promise<number>} how many programs that were */
    takeOver: async () => {
      let last;
      try {
        last = JSON.parse(readFileSync(file, 'utf8'));
      } catch {
        return 0;
      }
      if (last.pid !== process.pid && isAlive(last.pid) && /up\.mjs/.test(commandOf(last.pid))) {
        throw new Failure(
          `it runs already (process ${last.pid}) with the data in ${dataFolder}.`,
          'Use that one, or stop it with Ctrl-C in its terminal. A second one needs its own --data folder and ports.',
        );
      }
      const left = last.groupIds.filter((/** @type {number} */ id) => signalGroup(id, 0) && isOurs(commandOf(id)));
      await Promise.all(left.map((/** @type {number} */ id) => stopGroup(id)));
      return left.length;
    },
  };
}
