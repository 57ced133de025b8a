import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { analyzePackage, SOURCE_FILE_PATTERNS } from '@n8n/scan-community-package/scanner/scanner.mjs';
import { buildPackage, installPackage, packPackage } from './build-package.mjs';

/** Holds the package to what n8n asks of a verified one: its contents, n8n's lint in strict mode, n8n's scanner. */
const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ALLOWED = /^(dist\/.*|README\.md|LICENSE|package\.json)$/;

const folder = await mkdtemp(join(tmpdir(), 'aios-package-'));
const failures = [];
try {
  await check('builds', buildPackage);
  await check('holds only dist, README and LICENSE', checkContents);
  await check('passes n8n-node lint in strict mode', lint);
  await check("passes n8n's scanner as a tarball", async () => {
    const installed = await installPackage(await packPackage(folder), folder);
    await scan(installed, ['**/*.js', 'package.json']);
  });
  await check("passes n8n's scanner as source", () => scan(ROOT, SOURCE_FILE_PATTERNS));
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failures.length === 0 ? 0 : 1;

async function check(title, action) {
  try {
    await action();
    console.log(`ok      the package ${title}`);
  } catch (error) {
    failures.push(title);
    console.log(`FAILED  the package ${title}\n${error.message}`);
  }
}

async function checkContents() {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT });
  const files = JSON.parse(stdout)[0].files.map((file) => file.path);
  const foreign = files.filter((file) => !ALLOWED.test(file));
  const missing = ['README.md', 'LICENSE'].filter((file) => !files.includes(file));
  if (foreign.length > 0) throw new Error(`It should not hold: ${foreign.join(', ')}`);
  if (missing.length > 0) throw new Error(`It does not hold: ${missing.join(', ')}`);
}

async function lint() {
  const env = { ...process.env, ESLINT_FLAGS: 'unstable_config_lookup_from_file', FORCE_COLOR: '0' };
  try {
    await run(process.execPath, [join(ROOT, 'node_modules', '@n8n', 'node-cli', 'bin', 'n8n-node.mjs'), 'lint'], { cwd: ROOT, env });
  } catch (error) {
    throw new Error(`${error.stdout}\n${error.stderr}`, { cause: error });
  }
}

async function scan(path, patterns) {
  const result = await analyzePackage(path, patterns);
  if (!result.passed) throw new Error(`${result.message ?? ''}\n${result.details ?? JSON.stringify(result, null, 2)}`);
}
