import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createInterface } from 'node:readline';

/** A server gets time to end what it is doing; an install is done anew anyway. */
const SERVER_PATIENCE_MS = 20_000;
const COMMAND_PATIENCE_MS = 3_000;
const TAIL_LINES = 15;

/** Thrown by `run` when a command ends with another exit code than 0. */
export class CommandFailed extends Error {
  /** @param {string} command @param {number | null} exitCode @param {string} log @param {string[]} tail */
  constructor(command, exitCode, log, tail) {
    super(`"${command}" ended with exit code ${exitCode}`);
    this.name = 'CommandFailed';
    this.log = log;
    this.tail = tail;
  }
}

/** @param {number} groupId @param {NodeJS.Signals | 0} signal @returns {boolean} whether there was anybody to signal */
export function signalGroup(groupId, signal) {
  try {
    if (process.platform === 'win32') {
      if (signal === 0) return process.kill(groupId, 0);
      return spawnSync('taskkill', ['/pid', String(groupId), '/t', '/f']).status === 0;
    }
    return process.kill(-groupId, signal);
  } catch {
    return false;
  }
}

/** @param {number} groupId @param {number} withinMs @returns {Promise<boolean>} whether all of the group have gone */
async function groupEnds(groupId, withinMs) {
  const until = Date.now() + withinMs;
  while (signalGroup(groupId, 0)) {
    if (Date.now() > until) return false;
    await pause(50);
  }
  return true;
}

/** @param {number} groupId @param {number} [patienceMs] how long it may take before it is killed */
export async function stopGroup(groupId, patienceMs = SERVER_PATIENCE_MS) {
  signalGroup(groupId, 'SIGTERM');
  if (await groupEnds(groupId, patienceMs)) return;
  signalGroup(groupId, 'SIGKILL');
  await groupEnds(groupId, 5_000);
}

/**
 * Starts commands, each in a process group of its own, so that all of them, grandchildren included, can be stopped.
 * @param {{ onChange?: (groupIds: readonly number[]) => void }} [hooks] told of every change of what runs
 */
export function createProcesses(hooks = {}) {
  /** What runs, and how long it may take to stop. @type {Map<number, number>} */
  const groups = new Map();
  let stopping = false;

  const refuseWhenStopping = () => {
    if (stopping) throw new Error('Everything is being stopped.');
  };

  /** Once its leader has ended, a group with nobody left in it needs no stop any more. @param {number} groupId */
  const forget = (groupId) => {
    if (!signalGroup(groupId, 0)) groups.delete(groupId);
    hooks.onChange?.([...groups.keys()]);
  };

  /** @param {string[]} command @param {{ cwd: string, env: NodeJS.ProcessEnv, log: string, onLine?: (line: string) => void }} options */
  const launch = (command, { cwd, env, log, onLine }, patienceMs = SERVER_PATIENCE_MS) => {
    refuseWhenStopping();
    mkdirSync(path.dirname(log), { recursive: true, mode: 0o700 });
    const file = createWriteStream(log, { mode: 0o600 });
    file.on('error', () => {}); // A full disk stops the command too, and it says so.
    file.write(`$ ${command.join(' ')}\n`);
    const [program, ...parameters] = /** @type {[string, ...string[]]} */ (command);
    const child = spawn(program, parameters, { cwd, env, detached: process.platform !== 'win32', stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {string[]} */
    const tail = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (text) => {
        file.write(`${text}\n`);
        if (text.trim() !== '' && !/^npm warn/i.test(text)) tail.push(text.slice(0, 300));
        if (tail.length > TAIL_LINES) tail.shift();
        onLine?.(text);
      });
    }
    if (child.pid !== undefined) {
      groups.set(child.pid, patienceMs);
      hooks.onChange?.([...groups.keys()]);
    }
    /** @type {Promise<number | null>} */
    const ended = new Promise((resolve) => {
      child.once('error', (error) => { tail.push(error.message); resolve(127); });
      child.once('close', (exitCode) => resolve(exitCode));
    }).then(async (exitCode) => {
      await new Promise((resolve) => file.end(resolve)); // whoever waits for the end may read or remove the log
      if (child.pid !== undefined) forget(child.pid);
      return exitCode;
    });
    return { pid: child.pid ?? 0, tail, ended, log };
  };

  /**
   * Runs a command to its end. Its output goes to the file `log`; `onLine` sees each line.
   * @param {string[]} command
   * @param {{ cwd: string, env: NodeJS.ProcessEnv, log: string, onLine?: (line: string) => void }} options
   */
  const run = async (command, options) => {
    const { ended, tail } = launch(command, options, COMMAND_PATIENCE_MS);
    const exitCode = await ended;
    if (exitCode !== 0) throw new CommandFailed(command.join(' '), exitCode, options.log, tail);
  };

  /**
   * Runs a command to its end with its output shown as it is.
   * @param {string[]} command
   * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
   * @returns {Promise<number | null>} its exit code
   */
  const show = async ([program, ...parameters], { cwd, env }) => {
    refuseWhenStopping();
    const child = spawn(/** @type {string} */ (program), parameters, { cwd, env, detached: process.platform !== 'win32', stdio: ['ignore', 'inherit', 'inherit'] });
    if (child.pid !== undefined) groups.set(child.pid, SERVER_PATIENCE_MS);
    const exitCode = await new Promise((resolve) => {
      child.once('error', () => resolve(127));
      child.once('close', resolve);
    });
    if (child.pid !== undefined) forget(child.pid);
    return exitCode;
  };

  /** Ends everything that was started; resolves when no process of it is left. */
  const stopAll = async () => {
    stopping = true;
    await Promise.all([...groups].map(([groupId, patienceMs]) => stopGroup(groupId, patienceMs)));
    groups.clear();
    hooks.onChange?.([]);
  };

  /** Ends everything at once, without letting it tidy up. */
  const killAll = () => { for (const groupId of groups.keys()) signalGroup(groupId, 'SIGKILL'); };

  return {
    run,
    show,
    /** Starts a command that stays up. @param {string[]} command @param {Parameters<typeof launch>[1]} options */
    start: (command, options) => launch(command, options),
    stopAll,
    killAll,
  };
}

/** @typedef {ReturnType<typeof createProcesses>} Processes */
