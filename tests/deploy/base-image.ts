import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DockerEngine } from './docker-engine.ts';

/** What the official slim images leave out of Debian's packages. */
const NOT_IN_SLIM = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/info', 'var/cache/apt', 'var/lib/apt/lists'];
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Makes an image in the shape of `node:<version>-bookworm-slim` where no registry of images is reached: Debian's smallest
 * system, Node.js and npm in /usr/local, the user `node`, and this machine's ways to the registries of packages.
 */
export async function makeBaseImage(engine: DockerEngine, tag: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'aios-base-image-'));
  try {
    must('debootstrap', ['--variant=minbase', '--include=ca-certificates,libstdc++6', 'bookworm', root, debianMirror()]);
    for (const place of NOT_IN_SLIM) rmSync(join(root, place), { recursive: true, force: true });
    mkdirSync(join(root, 'var/cache/apt/archives/partial'), { recursive: true });
    takeMachineSettings(root);
    takeNode(root);
    must('chroot', [root, 'groupadd', '--gid', '1000', 'node']);
    must('chroot', [root, 'useradd', '--uid', '1000', '--gid', 'node', '--shell', '/bin/bash', '--create-home', 'node']);
    await importFolder(engine, root, tag);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function importFolder(engine: DockerEngine, root: string, tag: string): Promise<void> {
  const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const changes = [
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`, 'CMD ["node"]',
  ].flatMap((change) => ['--change', change]);
  const load = spawn('docker', ['import', ...changes, '-', tag], { env: engine.environment, stdio: [tar.stdout, 'ignore', 'inherit'] });
  const [code] = await once(load, 'exit') as [number | null];
  if (code !== 0) throw new Error(`docker import of ${tag} failed`);
}

/** Node.js of this repository's packages, and this machine's npm. */
function takeNode(root: string): void {
  const node = dirname(createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`));
  cpSync(join(node, 'bin/node'), join(root, 'usr/local/bin/node'));
  const found = spawnSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).stdout.trim();
  const npm = dirname(dirname(realpathSync(found)));
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, dereference: true });
  for (const name of ['npm', 'npx']) symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name));
  const registry = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).stdout.trim();
  mkdirSync(join(root, 'usr/local/etc'), { recursive: true });
  writeFileSync(join(root, 'usr/local/etc/npmrc'), `registry=${registry}\ncafile=${CERTIFICATES}\nupdate-notifier=false\n`);
}

function takeMachineSettings(root: string): void {
  cpSync(CERTIFICATES, join(root, CERTIFICATES), { dereference: true });
  const own = '/usr/local/share/ca-certificates';
  if (existsSync(own)) cpSync(own, join(root, own), { recursive: true, dereference: true });
  rmSync(join(root, 'etc/apt/sources.list'), { force: true });
  for (const name of ['sources.list', 'sources.list.d', 'apt.conf.d']) {
    const place = join('/etc/apt', name);
    if (existsSync(place)) cpSync(place, join(root, place), { recursive: true, filter: (source) => !/docker-clean|packagekit|appstream/.test(source) });
  }
  cpSync('/usr/share/keyrings', join(root, 'usr/share/keyrings'), { recursive: true, dereference: true });
}

/** Where this machine gets Debian's packages. */
export function debianMirror(): string {
  const folder = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list', ...readdirSync(folder).filter((name) => /\.(list|sources)$/.test(name)).map((name) => join(folder, name))];
  for (const file of files.filter((name) => existsSync(name))) {
    const mirror = /^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s*)?)(https?:\S*\/debian)\/?(?=\s|$)/m.exec(readFileSync(file, 'utf8'))?.[1];
    if (mirror) return mirror;
  }
  return 'http://deb.debian.org/debian';
}

function must(command: string, parameters: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? `${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n')}`);
}
