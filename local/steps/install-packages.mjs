import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { localFolder, rootFolder } from '../folders.mjs';
import { whyNotInstalled } from './installed.mjs';
import { findNode24, requireNode24 } from './node-24.mjs';
import { npmCompile, npmInstall } from './npm.mjs';

/** @typedef {{ processes: import('../processes.mjs').Processes, logFolder: string, say: (detail: string) => void }} InstallOptions */

/** The packages of the repository, a Node 24 among them. @param {InstallOptions} options @returns {Promise<{ note: string }>} */
export async function installRoot({ processes, logFolder, say }) {
  const reason = whyNotInstalled(rootFolder);
  if (reason === null && findNode24()) return { note: 'already there' };
  say(reason ?? 'Node.js 24 is missing');
  await npmInstall(processes, {
    folder: rootFolder, what: 'the packages of this repository', gigabytes: 2, env: process.env,
    log: path.join(logFolder, 'install.log'), say,
  });
  return { note: `installed, with Node.js ${requireNode24().version}` };
}

/** @param {string} command whether n8n's database driver loads in this Node */
function sqliteLoads(command) {
  if (!existsSync(path.join(localFolder, 'node_modules', 'sqlite3', 'build', 'Release', 'node_sqlite3.node'))) return false;
  try {
    execFileSync(command, ['-e', 'require("sqlite3")'], { cwd: localFolder, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** n8n, in a folder of its own. @param {InstallOptions} options @returns {Promise<{ note: string }>} */
export async function installN8n({ processes, logFolder, say }) {
  const node = requireNode24();
  const env = {
    ...node.onPath(process.env),
    ...(node.headersFolder ? { npm_config_nodedir: node.headersFolder } : {}),
  };
  const compile = ['sqlite3'];
  const log = path.join(logFolder, 'install-n8n.log');
  const reason = whyNotInstalled(localFolder);
  if (reason !== null) {
    say(reason);
    await npmInstall(processes, { folder: localFolder, what: 'n8n', gigabytes: 4, node: node.command, env, log, say, compile });
    return { note: 'installed' };
  }
  if (sqliteLoads(node.command)) return { note: 'already there' };
  await npmCompile(processes, { folder: localFolder, node: node.command, env, log, say, compile });
  return { note: 'completed' };
}
