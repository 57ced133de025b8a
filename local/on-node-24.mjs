import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describeFailure } from './failure.mjs';
import { defaultDataFolder, rootFolder } from './folders.mjs';
import { createProcesses } from './processes.mjs';
import { installRoot } from './steps/install-packages.mjs';
import { requireNode24 } from './steps/node-24.mjs';
import { createTerminal } from './terminal.mjs';

/**
 * `node local/on-node-24.mjs <script> …`: runs a script on Node 24 with this process's input and output, installing the
 * packages first where they are missing. All that it says itself goes to stderr, so that the script can stand in a pipe.
 */
const [script, ...rest] = process.argv.slice(2);
if (!script) throw new Error('Give the script to run.');
const processes = createProcesses();
const terminal = createTerminal(process.stderr, 1);
try {
  await terminal.step('Packages', (say) => installRoot({ processes, logFolder: path.join(defaultDataFolder, 'logs'), say }));
  terminal.close();
  const node = requireNode24();
  const child = spawn(node.command, ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', path.resolve(rootFolder, script), ...rest], {
    stdio: 'inherit', env: node.onPath(process.env),
  });
  const [exitCode] = await once(child, 'exit');
  process.exitCode = exitCode ?? 1;
} catch (error) {
  terminal.close();
  console.error(describeFailure(error).join('\n'));
  process.exitCode = 1;
}
