import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const folder = import.meta.dirname;
const program = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');

/** Portkey's gateway as a process. `pid` for its memory. */
export interface Peer {
  readonly pid: number;
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts the pinned gateway, installing it first when it is not there. Throws with what it printed when it does not answer. */
export async function startPeer(): Promise<Peer> {
  if (!existsSync(program)) {
    console.log('installing the peer …');
    const { status, stderr } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`npm ci failed in ${folder}:\n${stderr}`);
  }
  const port = await freePort();
  const child = spawn(process.execPath, [program, '--headless', `--port=${port}`], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { output.push(text); });
  const origin = `http://127.0.0.1:${port}`;
  for (let tries = 0; !await answers(origin); tries += 1) {
    if (child.exitCode !== null || tries > 150) throw new Error(`The peer does not answer:\n${output.join('').slice(-2_000)}`);
    await pause(100);
  }
  return {
    pid: child.pid!, origin,
    async stop() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

async function answers(origin: string): Promise<boolean> {
  return fetch(origin).then(() => true, () => false);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
