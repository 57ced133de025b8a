import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianMirror } from './base-image.ts';
import type { DockerEngine } from './docker-engine.ts';

/** Sees to it that `docker compose` is there; for an engine of our own it comes from Debian 13, since Debian 12 has none of this kind. */
export async function ensureCompose(engine: DockerEngine): Promise<void> {
  if (await engine.docker(['compose', 'version']).then(() => true, () => false)) return;
  if (!engine.own) throw new Error('docker compose is not installed: see docs.docker.com/compose/install');
  const folder = mkdtempSync(join(tmpdir(), 'aios-compose-'));
  try {
    const plugins = join(engine.environment.DOCKER_CONFIG!, 'cli-plugins');
    for (const place of ['lists/partial', 'cache/archives/partial', 'unpacked']) mkdirSync(join(folder, place), { recursive: true });
    mkdirSync(plugins, { recursive: true });
    writeFileSync(join(folder, 'status'), '');
    writeFileSync(join(folder, 'sources.list'), `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${debianMirror()} trixie main\n`);
    const apt = (...parameters: string[]) => execFileSync('apt-get', [
      ...Object.entries({
        'Dir::Etc::sourcelist': `${folder}/sources.list`, 'Dir::Etc::sourceparts': '/dev/null', 'Dir::State::lists': `${folder}/lists`,
        'Dir::State::status': `${folder}/status`, 'Dir::Cache': `${folder}/cache`, 'APT::Sandbox::User': 'root',
      }).flatMap(([name, value]) => ['-o', `${name}=${value}`]), '-qq', ...parameters,
    ], { cwd: folder, stdio: 'pipe' });
    apt('update');
    apt('download', 'docker-compose');
    const [archive] = readdirSync(folder).filter((name) => name.endsWith('.deb'));
    execFileSync('dpkg-deb', ['-x', archive!, 'unpacked'], { cwd: folder });
    const plugin = join(plugins, 'docker-compose');
    copyFileSync(join(folder, 'unpacked/usr/libexec/docker/cli-plugins/docker-compose'), plugin);
    chmodSync(plugin, 0o755);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await engine.docker(['compose', 'version']);
}
