import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Failure } from '../failure.mjs';
import { rootFolder } from '../folders.mjs';

/**
 * The Node.js the suite runs on.
 * @typedef {object} Node24
 * @property {string} command path of the executable
 * @property {string} version
 * @property {string | null} headersFolder folder with `include/node`, for compiling without a download
 * @property {(environment: NodeJS.ProcessEnv) => NodeJS.ProcessEnv} onPath an environment in which `node` is this one
 */

/** @param {string} command @param {string | null} headersFolder @returns {Node24 | null} */
function describe(command, headersFolder) {
  let version;
  try {
    version = execFileSync(command, ['--version'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
  if (Number(/^v(\d+)/.exec(version)?.[1]) < 24) return null;
  return {
    command,
    version,
    headersFolder: headersFolder && existsSync(path.join(headersFolder, 'include', 'node')) ? headersFolder : null,
    onPath: (environment) => {
      const name = Object.keys(environment).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
      return { ...environment, [name]: [path.dirname(command), environment[name] ?? ''].join(path.delimiter) };
    },
  };
}

/**
 * Node 24 or later: the one that came with the packages, else the machine's own; null when there is none.
 * @returns {Node24 | null}
 */
export function findNode24() {
  try {
    const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
    const manifest = createRequire(path.join(rootFolder, 'agent-runtime', 'package.json')).resolve(`${name}/package.json`);
    const folder = path.dirname(manifest);
    const found = describe(path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node'), folder);
    if (found) return found;
  } catch {
    // No such package for this machine: its own Node has to do.
  }
  return describe(process.execPath, path.dirname(path.dirname(process.execPath)));
}

/** @returns {Node24} */
export function requireNode24() {
  const found = findNode24();
  if (found) return found;
  throw new Failure(
    `n8n needs Node.js 24; this machine has ${process.version}, and npm has none ready for ${process.platform} on ${process.arch}.`,
    'Install Node.js 24 or later (nodejs.org, `nvm install 24` or `brew install node@24`) and start again with it.',
  );
}
