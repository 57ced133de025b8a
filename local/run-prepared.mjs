import path from 'node:path';
import { describeFailure } from './failure.mjs';
import { defaultDataFolder, rootFolder } from './folders.mjs';
import { createProcesses } from './processes.mjs';
import { build } from './steps/build.mjs';
import { installN8n, installRoot } from './steps/install-packages.mjs';
import { requireNode24 } from './steps/node-24.mjs';
import { withoutNpmState } from './steps/npm.mjs';
import { createTerminal } from './terminal.mjs';
import { watchForStop } from './watch-for-stop.mjs';

/**
 * @typedef {object} Command run on Node 24, shown as it is
 * @property {string} title
 * @property {string[]} parameters of `node`
 * @property {NodeJS.ProcessEnv} [env]
 */

/**
 * Installs and builds what a fresh clone lacks, then runs commands one after the other and all of them, whatever fails.
 * @param {{ n8n: boolean, commands: readonly Command[] }} options
 * @returns {Promise<number>} the exit code: 0 when every command ended with 0, a single command's own, else 1
 */
export async function runPrepared({ n8n, commands }) {
  const logFolder = path.join(defaultDataFolder, 'logs');
  const processes = createProcesses();
  const stop = watchForStop(processes);
  const terminal = createTerminal(process.stdout, n8n ? 3 : 2);

  const all = async () => {
    await terminal.step('Packages', (say) => installRoot({ processes, logFolder, say }));
    await terminal.step('Build', (say) => build({ processes, logFolder, say }));
    if (n8n) await terminal.step('n8n', (say) => installN8n({ processes, logFolder, say }));
    const node = requireNode24();
    const failed = [];
    let lastFailure = 0;
    for (const { title, parameters, env } of commands) {
      terminal.line(`\n> ${title}`);
      const exitCode = await processes.show([node.command, ...parameters], { cwd: rootFolder, env: { ...node.onPath(withoutNpmState(process.env)), ...env } });
      if (exitCode === 0) continue;
      failed.push(title);
      lastFailure = exitCode ?? 1;
    }
    if (failed.length > 0) terminal.line(`\nFailed: ${failed.join(', ')}.`);
    return commands.length === 1 || failed.length === 0 ? lastFailure : 1;
  };

  try {
    return await Promise.race([stop.asked, all()]);
  } catch (error) {
    if (stop.wasAsked()) return await stop.asked;
    console.error(describeFailure(error).join('\n'));
    return 1;
  } finally {
    terminal.close();
    await processes.stopAll();
    stop.done();
  }
}
