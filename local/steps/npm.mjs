import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../failure.mjs';
import { CommandFailed } from '../processes.mjs';
import { lockedPackages } from './installed.mjs';

const NO_SPACE = /ENOSPC|no space left on device/i;
const NO_NETWORK = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|network (request|connectivity)/i;

/** npm as it started us, or the one on PATH. @param {string} [node] the Node.js it runs on @returns {string[]} */
export function npmCommand(node = process.execPath) {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) return [node, script];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

/**
 * The environment without what the npm that started us set for itself: it would bind another npm to the same folder.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutNpmState(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) =>
    !/^npm_/i.test(name) || /^npm_config_(.*registry|cache|userconfig|.*proxy|cafile|nodedir|fetch_.*|loglevel)$/i.test(name)));
}

/** @param {string} folder @param {number} gigabytes */
async function requireSpace(folder, gigabytes) {
  const { bavail, bsize } = await statfs(folder);
  const free = (bavail * bsize) / 1e9;
  if (free >= gigabytes) return;
  throw new Failure(
    `the disk of ${folder} has ${free.toFixed(1)} GB free; this install needs about ${gigabytes} GB.`,
    'Free some space and start again.',
  );
}

/** @param {unknown} error @param {string} what */
function explain(error, what) {
  if (!(error instanceof CommandFailed)) return error;
  const { log, tail } = error;
  const text = tail.join('\n');
  if (NO_SPACE.test(text)) {
    return new Failure(`the disk is full: ${what} could not be installed.`, 'Free about 4 GB and start again: it goes on from here.', { log });
  }
  if (NO_NETWORK.test(text)) {
    return new Failure(
      `the npm registry cannot be reached: ${what} could not be installed.`,
      'The first start needs the registry once; later starts do not. Check the connection, `npm config get registry`\nand, behind a proxy, HTTPS_PROXY. Then start again.',
      { log, tail: tail.slice(-4) },
    );
  }
  return new Failure(`npm could not install ${what}.`, 'See the output; a second start begins this step anew.', { log, tail });
}

/** @param {number} all @param {readonly string[]} missing places in node_modules */
function installing(all, missing) {
  if (missing.length === all) return 'asking the registry';
  const count = `${(all - missing.length).toLocaleString('en')} of ${all.toLocaleString('en')} packages`;
  if (missing.length === 0) return `${count}, almost done`;
  // The last ones are the largest: without a name it would look as if nothing moved.
  return missing.length > 3 ? count : `${count}, unpacking ${missing.map((place) => place.replace(/^.*node_modules\//, '')).join(', ')}`;
}

/**
 * `npm ci` in a folder, without the packages' own scripts: the same on every npm, and nothing of theirs runs here.
 * @param {import('../processes.mjs').Processes} processes
 * @param {{ folder: string, what: string, gigabytes: number, node?: string, env: NodeJS.ProcessEnv, log: string, say: (detail: string) => void,
 *           compile?: string[] }} options `compile`: packages whose scripts are run afterwards
 */
export async function npmInstall(processes, { folder, what, gigabytes, node, env, log, say, compile = [] }) {
  await requireSpace(folder, gigabytes);
  const wanted = lockedPackages(folder).map(([place]) => place);
  const counter = setInterval(() => {
    const missing = wanted.filter((place) => !existsSync(path.join(folder, place, 'package.json')));
    say(installing(wanted.length, missing));
  }, 2_000);
  try {
    await processes.run([...npmCommand(node), 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, env: withoutNpmState(env), log });
  } catch (error) {
    throw explain(error, what);
  } finally {
    clearInterval(counter);
  }
  if (compile.length > 0) await npmCompile(processes, { folder, node, env, log: log.replace(/\.log$/, '-compile.log'), say, compile });
}

/**
 * Runs the install scripts of some installed packages.
 * @param {import('../processes.mjs').Processes} processes
 * @param {{ folder: string, node?: string, env: NodeJS.ProcessEnv, log: string, say: (detail: string) => void, compile: string[] }} options
 */
export async function npmCompile(processes, { folder, node, env, log, say, compile }) {
  const names = compile.join(', ');
  say(`preparing ${names}, which may have to be compiled`);
  try {
    await processes.run([...npmCommand(node), 'rebuild', ...compile, '--ignore-scripts=false', '--foreground-scripts'], { cwd: folder, env: withoutNpmState(env), log });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Failure(
      `${names} could not be compiled.`,
      'It needs Python 3, make and a C++ compiler (Debian: apt install python3 make g++; macOS: xcode-select --install).',
      { log, tail: error.tail },
    );
  }
}
