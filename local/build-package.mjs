import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Compiles nodes and credentials to `dist/` and puts their icons and codex files beside them. */
export async function buildPackage() {
  const dist = join(ROOT, 'dist');
  await rm(dist, { recursive: true, force: true });
  const tsc = createRequire(join(ROOT, 'package.json')).resolve('typescript/bin/tsc');
  try {
    await run(process.execPath, [tsc, '-p', ROOT], { cwd: ROOT });
  } catch (error) {
    throw new Error(`The nodes do not compile:\n${error.stdout || error.message}`, { cause: error });
  }
  for (const folder of ['nodes', 'credentials']) {
    for (const file of await readdir(join(ROOT, folder), { recursive: true })) {
      if (!/\.(svg|png|node\.json)$/.test(file)) continue;
      await mkdir(join(dist, folder, dirname(file)), { recursive: true });
      await cp(join(ROOT, folder, file), join(dist, folder, file));
    }
  }
}

/** Packs what `buildPackage` built into a tarball below `folder`, as it would be published, and gives the tarball's path. */
export async function packPackage(folder) {
  await mkdir(folder, { recursive: true });
  const { stdout } = await run(NPM, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT, shell: process.platform === 'win32' });
  const [packed] = JSON.parse(stdout);
  return join(folder, packed.filename);
}

/** Puts the tarball where n8n has packages that were installed in its editor: below `userFolder`. Gives that folder. */
export async function installPackage(tarball, userFolder) {
  const { name } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const target = join(userFolder, '.n8n', 'nodes', 'node_modules', name);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await run('tar', ['xzf', tarball, '-C', target, '--strip-components=1']);
  return target;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildPackage();
  if (process.argv.includes('--pack')) console.log(await packPackage(join(ROOT, 'local', '.data', 'package')));
}
