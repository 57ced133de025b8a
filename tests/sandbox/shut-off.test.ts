import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import type { RunOptions, Workspace } from '../../agent-runtime/src/workspace/workspace.ts';
import { createBench, failure, type Bench } from '../runtime/workspace/bench.ts';
import { bubblewrapMissing } from './sandbox-missing.ts';

const missing = bubblewrapMissing();
const PYTHON = '/usr/bin/python3';

(missing === null ? describe : describe.skip)(`a program in the sandbox${missing === null ? '' : ` (${missing})`}`, () => {
  let bench: Bench;
  let workspace: Workspace;
  let other: Workspace;
  let root: string;
  let otherRoot: string;
  let host: ChildProcess;
  let servers: Server[];
  let port: number;

  beforeAll(async () => {
    process.env['AIOS_TEST_SECRET'] = 'hunter2-in-the-environment';
    bench = createBench();
    ({ workspace, root } = await bench.copyOf({ 'a.txt': 'inside\n', 'tool.py': 'print("hello")\n' }));
    ({ workspace: other, root: otherRoot } = await bench.copyOf({ 'theirs.txt': 'theirs-and-theirs-alone\n' }));
    writeFileSync(join(bench.folder, 'records.sqlite'), 'the-data-of-the-runtime\n', { mode: 0o644 });
    host = spawn('sleep', ['600'], { stdio: 'ignore' });
    servers = [createServer((socket) => socket.end('reached')), createServer((socket) => socket.end('reached'))];
    await new Promise<void>((resolve) => { servers[0]!.listen(0, '127.0.0.1', resolve); });
    await new Promise<void>((resolve) => { servers[1]!.listen('\0aios-sandbox-test', resolve); });
    port = (servers[0]!.address() as AddressInfo).port;
  });
  afterAll(async () => {
    host.kill('SIGKILL');
    for (const server of servers) server.close();
    await bench.close();
  });

  const shell = (script: string, options?: RunOptions) => workspace.run(['/bin/sh', '-c', script], options);
  const python = (script: string, options?: RunOptions) => workspace.run([PYTHON, '-c', script], options);

  test('sees the copy and works on it', async () => {
    expect(await workspace.run([PYTHON, 'tool.py'])).toMatchObject({ exitCode: 0, stoppedBy: null, stdout: 'hello\n', stderr: '' });
    expect(await shell('cat a.txt; echo made > made.txt; mkdir -p x/y; pwd; exit 7')).toMatchObject({ exitCode: 7, stdout: 'inside\n/workspace\n' });
    expect((await workspace.read('made.txt')).text).toBe('made\n');
    expect((await shell('pwd', { folder: 'x/y' })).stdout).toBe('/workspace/x/y\n');
    await workspace.write('x/y/z.txt', 'ours\n');
    expect((await shell('echo theirs >> x/y/z.txt; cat x/y/z.txt')).stdout).toBe('ours\ntheirs\n');
  });

  test('is not told apart from any other where it fails', async () => {
    expect(await workspace.run(['no-such-program'])).toMatchObject({ exitCode: 127, stoppedBy: null });
    expect(await shell('kill -SEGV $$')).toMatchObject({ exitCode: 128 + 11, stoppedBy: null });
    // What bubblewrap itself would take for options of its own.
    expect(await workspace.run(['--share-net'])).toMatchObject({ exitCode: 127 });
  });

  test('takes arguments as they are', async () => {
    const odd = ['$(id)', '; id', '--', 'a b', '"', '\n', 'ä'];
    expect((await workspace.run(['printf', '%s|', ...odd])).stdout).toBe(odd.map((part) => `${part}|`).join(''));
    for (const command of [[], [''], ['a\0b'], ['x'.repeat(200_000)]]) expect(await failure(workspace.run(command))).toMatchObject({ code: 'invalid_request' });
  });

  test('does not see the host\'s files', async () => {
    const paths = ['/etc/shadow', '/etc/hostname', '/root', '/home', '/var', '/run', '/sys', '/boot', '/opt', bench.folder, join(bench.folder, 'records.sqlite'), otherRoot, '/oldroot', '/newroot',
      process.cwd(), '/proc/1/root/etc/shadow', '/proc/self/root/root', '/workspace/../etc/shadow', '/workspace/../git', '/dev/vda', '/dev/sda', '/dev/kmsg', '/dev/mem', '/dev/vsock'];
    const { stdout } = await shell(paths.map((path) => `test -e '${path}' && echo '${path}'`).join('\n'));
    expect(stdout).toBe('');
    expect((await shell('ls -A / /etc')).stdout.split('\n')).not.toEqual(expect.arrayContaining(['shadow']));
    expect((await shell(`find / -xdev -name records.sqlite -o -name theirs.txt -o -name '*.git' -path '*mirrors*' 2>/dev/null; grep -rs theirs-and-theirs-alone /tmp /dev/shm /workspace /etc`)).stdout).toBe('');
    expect((await other.read('theirs.txt')).text).toBe('theirs-and-theirs-alone\n');
  });

  test('cannot climb out by open handles', async () => {
    const { stdout } = await shell('ls -l /proc/self/fd /proc/1/fd 2>/dev/null | grep -v -e pipe: -e socket: -e eventfd -e /dev/null -e /proc/ -e total -e "^$"');
    expect(stdout).toBe('');
  });

  test('has no network: no host but itself, no loopback of ours, no abstract socket, no virtual machine\'s host', async () => {
    const { stdout, stderr } = await python(`
import socket
def attempt(name, family, address):
    try:
        s = socket.socket(family, socket.SOCK_STREAM); s.settimeout(2); s.connect(address); print(name, s.recv(10))
    except Exception as e: print(name, type(e).__name__)
attempt('loopback', socket.AF_INET, ('127.0.0.1', ${port}))
attempt('abstract', socket.AF_UNIX, '\\0aios-sandbox-test')
attempt('internet', socket.AF_INET, ('1.1.1.1', 443))
attempt('metadata', socket.AF_INET, ('169.254.169.254', 80))
attempt('six', socket.AF_INET6, ('2606:4700:4700::1111', 443))
attempt('vsock', 40, (2, 1024))
for name, family, kind in (('raw', socket.AF_INET, socket.SOCK_RAW), ('packet', 17, socket.SOCK_RAW), ('crypto', 38, socket.SOCK_SEQPACKET)):
    try: socket.socket(family, kind); print(name, 'open')
    except Exception as e: print(name, type(e).__name__)
try: socket.getaddrinfo('example.com', 443); print('name found')
except Exception as e: print('name', type(e).__name__)
print(sorted(name for _, name in socket.if_nameindex()))
`);
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual(['loopback ConnectionRefusedError', 'abstract ConnectionRefusedError', 'internet OSError', 'metadata OSError', 'six OSError', 'vsock PermissionError',
      'raw OSError', 'packet PermissionError', 'crypto PermissionError', 'name gaierror', '[\'lo\']', '']);
  });

  test('can use its own loopback', async () => {
    const { stdout } = await python('import socket\ns=socket.create_server(("127.0.0.1",0)); c=socket.create_connection(s.getsockname()); s.accept()[0].sendall(b"own"); print(c.recv(3))');
    expect(stdout).toBe('b\'own\'\n');
  });

  test('finds nothing of the runtime\'s environment, its own or another process\'s', async () => {
    const { stdout } = await shell('env; cat /proc/*/environ | tr "\\0" "\\n"; cat /proc/*/cmdline | tr "\\0" "\\n"');
    expect(stdout).not.toContain('hunter2');
    const own = new Set((await shell('env')).stdout.split('\n').map((line) => line.split('=')[0]).filter((name) => name !== ''));
    expect([...own].sort()).toEqual(['CI', 'HOME', 'LANG', 'PATH', 'PWD', 'USER']);
  });

  test('sees and reaches no process but its own', async () => {
    const { stdout } = await python(`
import os, signal, ctypes
print(len([p for p in os.listdir('/proc') if p.isdigit()]) < 6)
for pid in (${host.pid}, ${process.pid}):
    try: os.kill(pid, signal.SIGKILL); print('killed')
    except Exception as e: print(type(e).__name__)
try: os.kill(-1, signal.SIGCONT); print('all of its own')
except Exception as e: print(type(e).__name__)
libc = ctypes.CDLL(None, use_errno=True)
print('ptrace', libc.ptrace(16, 1, 0, 0), ctypes.get_errno())
`);
    expect(stdout.split('\n').slice(0, 3)).toEqual(['True', 'ProcessLookupError', 'ProcessLookupError']);
    expect(stdout).toContain('ptrace -1 1');
    expect(host.exitCode ?? host.signalCode).toBeNull();
  });

  test('holds no capability and gets none, and makes no namespace', async () => {
    const { stdout } = await python(`
import ctypes, os
print(*[line.split()[1] for line in open('/proc/self/status') if line.startswith(('Cap', 'NoNewPrivs', 'Seccomp:'))])
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    result = libc.syscall(*arguments)
    print(name, result, ctypes.get_errno() if result < 0 else '')
call('unshare', 272, 0x10000000)
call('clone-newuser', 56, 0x10000000 | 17, 0, 0, 0, 0)
call('clone3', 435, 0, 0)
call('mount', 165, 0, 0, 0, 0, 0)
call('bpf', 321, 0, 0, 0)
call('keyctl', 250, 0, -3, 1)
call('add_key', 248, 0, 0, 0, 0, 0)
call('io_uring', 425, 1, 0)
call('perf', 298, 0, 0, 0, 0, 0)
call('memfd', 319, b'x', 0)
call('shmget', 29, 0, 4096, 0o1600)
call('x32', 0x40000000 | 39)
`);
    if (process.arch !== 'x64') return;
    expect(stdout.trim().split('\n')).toEqual([
      `${'0'.repeat(16)} ${'0'.repeat(16)} ${'0'.repeat(16)} ${'0'.repeat(16)} ${'0'.repeat(16)} 1 2`,
      'unshare -1 1', 'clone-newuser -1 1', 'clone3 -1 38', 'mount -1 1', 'bpf -1 1', 'keyctl -1 1', 'add_key -1 1', 'io_uring -1 1', 'perf -1 1', 'memfd -1 38', 'shmget -1 1', 'x32 -1 38',
    ]);
    expect((await shell('su -c id root; mount -t tmpfs x /tmp; chown 0 a.txt; mknod dev c 1 1; mknod /tmp/dev c 1 1; chroot / id')).stdout).toBe('');
  });

  test('is nobody on the host, even where the runtime is root', async () => {
    await shell('touch whose');
    const { uid } = statSync(join(root, 'whose'));
    expect(uid).not.toBe(0);
    if (process.getuid?.() === 0) expect(uid).toBeGreaterThanOrEqual(60_800);
    else expect(uid).toBe(process.getuid?.());
  });

  test('cannot put characters into a terminal of ours', async () => {
    const { stdout } = await python(`
import fcntl, os, pty
leader, follower = pty.openpty()
for request in (0x5412, 0x541c):
    try: fcntl.ioctl(follower, request, b'x'); print('typed')
    except OSError as e: print(e.errno)
try: os.open('/dev/tty', os.O_RDWR); print('terminal')
except OSError as e: print(e.errno)
`);
    expect(stdout).toBe('1\n1\n6\n');
  });

  test('writes nothing to the system', async () => {
    const { stdout } = await shell('for f in /x /usr/x /usr/bin/sh /etc/x /etc/passwd /bin/sh /lib/x /dev/x /dev/null/x /proc/sys/kernel/hostname /proc/sysrq-trigger /proc/sys/vm/drop_caches /proc/sys/user/max_user_namespaces; do (echo x >> $f) 2>/dev/null && echo $f; done; rm -rf /usr/bin/env 2>/dev/null; test -x /usr/bin/env || echo removed');
    expect(stdout).toBe('');
  });

  test('finds its own /tmp empty at each run', async () => {
    await shell('echo x > /tmp/left; echo x > /dev/shm/left');
    expect((await shell('ls -A /tmp /dev/shm; stat -c %a /tmp')).stdout).toBe('/dev/shm:\n\n/tmp:\n1777\n');
  });

  test('escapes by no link that it plants for the runtime\'s own hands', async () => {
    writeFileSync(join(bench.folder, 'victim'), 'untouched\n', { mode: 0o666 });
    await shell(`ln -sf ${bench.folder}/victim v; ln -sf ../../../../victim r; ln -sfn / slash; rm -rf a.txt; ln -s /etc/shadow a.txt; mkdir -p .git/hooks; printf '[core]\\n\\tfsmonitor = touch ${bench.folder}/pwned\\n' > .git/config; echo 'ref: refs/heads/x' > .git/HEAD; mkdir -p .git/objects .git/refs; mkfifo pipe .gitignore`);
    for (const path of ['v', 'r', `slash${bench.folder}/victim`, 'a.txt', 'slash/etc/shadow', '.git/config', 'pipe', '.gitignore']) {
      expect({ path, ...await failure(workspace.read(path)) }).toMatchObject({ path, code: 'workspace_file_refused' });
      expect(await failure(workspace.write(path, 'x'))).toMatchObject({ code: 'workspace_file_refused' });
    }
    const { files, text } = await workspace.diff();
    expect(files).toContainEqual({ path: 'a.txt', change: 'changed' });
    expect(text).toContain('+/etc/shadow');
    expect(text).not.toContain('root:');
    expect((await workspace.search({ pattern: 'root:' })).matches).toEqual([]);
    expect(readFileSync(join(bench.folder, 'victim'), 'utf8')).toBe('untouched\n');
    expect(() => statSync(join(bench.folder, 'pwned'))).toThrow('ENOENT');
    expect(readlinkSync(join(root, 'a.txt'))).toBe('/etc/shadow');
    rmSync(join(root, '.gitignore'));
  });

  test('leaves a copy that can be removed, whatever it made', async () => {
    const { workspace: messy, root: messyRoot } = await bench.copyOf({ 'a.txt': 'x' });
    await messy.run([PYTHON, '-c', 'import os\nos.makedirs("locked/in"); open("locked/in/f","w"); os.chmod("locked/in",0); os.chmod("locked",0)\nfor i in range(300):\n    os.mkdir("d"*200); os.chdir("d"*200)']);
    await messy.close();
    expect(() => statSync(messyRoot)).toThrow('ENOENT');
  });
});
