import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../failure.mjs';
import { localFolder, rootFolder, runtimeFolder } from '../folders.mjs';
import { CommandFailed } from '../processes.mjs';
import { requireNode24 } from './node-24.mjs';
import { npmCommand, withoutNpmState } from './npm.mjs';
import { createStamps, hashOf } from './sources.mjs';

const RUNTIME_SOURCES = ['agent-runtime/src', 'agent-runtime/package.json', 'agent-runtime/tsconfig.json', 'package-lock.json'];
const PACKAGE_SOURCES = ['nodes', 'credentials', 'package.json', 'tsconfig.json', 'README.md', 'LICENSE', 'local/build-package.mjs'];

/** Where the packed community package lies after a build. */
const packageFolder = path.join(localFolder, '.data', 'package');
const stamps = createStamps(path.join(localFolder, '.data', 'built.json'));

/** The packed community package, as npm would serve it. @returns {string} */
export function packageTarball() {
  const names = existsSync(packageFolder) ? readdirSync(packageFolder).filter((name) => name.endsWith('.tgz')) : [];
  if (names.length !== 1) throw new Failure('the packed community package is not there.', 'Delete local/.data/built.json and start again.');
  return path.join(packageFolder, /** @type {string} */ (names[0]));
}

/** State of the package that was built last; part of what n8n is seeded with. */
export const packageState = () => hashOf(rootFolder, PACKAGE_SOURCES);

/**
 * @param {import('../processes.mjs').Processes} processes
 * @param {{ what: string, command: string[], log: string }} options
 */
async function compile(processes, { what, command, log }) {
  try {
    await processes.run(command, { cwd: rootFolder, env: requireNode24().onPath(withoutNpmState(process.env)), log });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Failure(`${what} does not build.`, 'Mend what the compiler names; if you changed nothing, please report it.', { log, tail: error.tail });
  }
}

/** Builds the runtime and packs the community package, each only when its sources changed. @param {import('./install-packages.mjs').InstallOptions} options */
export async function build({ processes, logFolder, say }) {
  const { command: node } = requireNode24();
  const built = [];

  const runtimeState = hashOf(rootFolder, RUNTIME_SOURCES);
  if (!stamps.isCurrent('runtime', runtimeState) || !existsSync(path.join(runtimeFolder, 'dist', 'main.js'))) {
    say('agent runtime');
    await compile(processes, { what: 'The agent runtime', command: [...npmCommand(), 'run', 'build', '-w', 'agent-runtime'],
      log: path.join(logFolder, 'build-runtime.log') });
    stamps.set('runtime', runtimeState);
    built.push('the runtime');
  }

  const state = packageState();
  if (!stamps.isCurrent('package', state) || !existsSync(packageFolder)) {
    say('community package');
    rmSync(packageFolder, { recursive: true, force: true });
    mkdirSync(packageFolder, { recursive: true });
    await compile(processes, {
      what: 'The community package', command: [node, path.join(localFolder, 'build-package.mjs'), '--pack', packageFolder],
      log: path.join(logFolder, 'build-package.log'),
    });
    stamps.set('package', state);
    built.push('the package');
  }
  return { note: built.length > 0 ? `built ${built.join(' and ')}` : 'nothing changed' };
}
