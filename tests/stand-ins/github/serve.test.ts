import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

test('runs as a process of its own from a scenario, and tells at its end what was posted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'github-scenario-'));
  const scenario = join(folder, 'scenario.json');
  await writeFile(scenario, JSON.stringify({ pullRequests: [{ repository: 'acme/shop', number: 7, files: [] }] }));
  const file = fileURLToPath(new URL('./serve.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', file, '--scenario', scenario], {
    env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ready = JSON.parse((await lines.next()).value ?? '{}') as { event: string; url: string; token: string };
  expect(ready.event).toBe('ready');
  const answer = await fetch(`${ready.url}/repos/acme/shop/pulls/7/reviews`, {
    method: 'POST', headers: { authorization: `Bearer ${ready.token}` }, body: JSON.stringify({ event: 'COMMENT', body: 'Text' }),
  });
  expect(answer.status).toBe(200);
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(JSON.parse((await lines.next()).value ?? '{}')).toMatchObject({ event: 'ended', reviews: [{ body: 'Text' }], violations: [] });
  expect(await exit).toEqual([0, null]);
  await rm(folder, { recursive: true });
});
