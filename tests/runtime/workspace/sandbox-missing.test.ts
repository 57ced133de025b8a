import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBench, failure, type Bench } from './bench.ts';

let bench: Bench;
let options: { program: string };
beforeEach(() => {
  options = { program: '/nonexistent/bwrap' };
  bench = createBench({ sandbox: options });
});
afterEach(() => bench.close());

/** A stand-in for bwrap that fails, or that is no sandbox at all. */
function program(script: string): string {
  const path = join(bench.folder, 'bwrap');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function refusal(bwrap: string) {
  const workspaces = bench.another({ sandbox: { program: bwrap } });
  const repository = bench.repository({ 'a.txt': 'x\n' });
  const workspace = await workspaces.create({ taskId: 't', repository: repository.url, revision: 'main' });
  const error = await failure(workspace.run(['touch', join(bench.folder, 'ran')]));
  expect(existsSync(join(bench.folder, 'ran'))).toBe(false);
  expect(await workspaces.sandboxMissing()).toBe(error.message);
  // All else works without it.
  expect((await workspace.read('a.txt')).text).toBe('x\n');
  return error;
}

test('without bubblewrap no program is run, and it is said what to install', async () => {
  expect(await refusal('/nonexistent/bwrap')).toMatchObject({ code: 'sandbox_unavailable', kind: 'user', message: expect.stringContaining('apt-get install bubblewrap') });
});

test.each([
  ['user namespaces are forbidden', 'bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user namespaces.', 'user namespaces are forbidden'],
  ['their number is used up', 'bwrap: Creating new namespace failed: No space left on device', 'max_user_namespaces'],
  ['AppArmor forbids them', 'bwrap: setting up uid map: Permission denied', 'AppArmor'],
  ['a container masks /proc', 'bwrap: Can\'t mount proc on /newroot/proc: Operation not permitted', 'systempaths=unconfined'],
  ['bubblewrap is too old', 'bwrap: Unknown option --disable-userns', '0.8.0'],
  ['prlimit is missing', 'bwrap: execvp /usr/bin/prlimit: No such file or directory', 'util-linux'],
  ['nothing is said', '', 'bubblewrap'],
])('where %s', async (_, said, advice) => {
  expect(await refusal(program(`echo "${said}" >&2; exit 1`))).toMatchObject({ code: 'sandbox_unavailable', kind: 'user', message: expect.stringContaining(advice) });
});

test('what only pretends to shut off is found out', async () => {
  // It runs the program as it is, and says that all went well.
  const pretends = program('while [ "$1" != "--" ]; do shift; done; shift; printf \'{ "child-pid": %s }\\n\' $$ >&4; "$@"; printf \'{ "exit-code": %s }\\n\' $? >&4');
  expect(await refusal(pretends)).toMatchObject({ code: 'sandbox_unavailable' });
});

test('a folder that the sandbox\'s user may not pass is named, where the runtime is root', async () => {
  if (process.getuid?.() !== 0) return;
  const closed = join(bench.folder, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  expect(await bench.another({ folder: join(closed, 'w') }).sandboxMissing()).toContain(`chmod o+x ${closed}`);
});
