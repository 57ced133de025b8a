import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import type { SandboxLimits } from './sandbox.ts';

export interface SandboxView {
  /** Mounted read-write at /workspace. */
  readonly root: string;
  /** Below /workspace, to start in; empty for the root. */
  readonly folder: string;
  /** Holds our passwd, group, hosts and nsswitch.conf. */
  readonly etc: string;
  /** Files and folders of the host that are shown read-only besides /usr, such as a language's installation. */
  readonly readable: readonly string[];
  /** Put before the usual PATH. */
  readonly programFolders: readonly string[];
}

const SYSTEM_FOLDERS = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** What programs need of /etc to find libraries, other programs, zones and certificates; nothing that tells of this host or its users. */
const SYSTEM_FILES = ['/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/alternatives', '/etc/localtime', '/etc/ssl/certs', '/etc/mime.types'];
/** Tell of the kernel or of other users' keys. */
const HIDDEN = ['/proc/kcore', '/proc/keys', '/proc/key-users', '/proc/kallsyms', '/proc/kmsg', '/proc/timer_list', '/proc/config.gz', '/proc/cmdline'];
const INSIDE_UID = '1000';

export const SECCOMP_FD = 3;
export const STATUS_FD = 4;

/** The argument list of bwrap: everything that a program sees and may do. */
export function bubblewrapArguments(view: SandboxView, limits: SandboxLimits, cpuSeconds: number, command: readonly string[]): string[] {
  return [
    '--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try', '--disable-userns',
    '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--uid', INSIDE_UID, '--gid', INSIDE_UID, '--hostname', 'sandbox',
    '--clearenv',
    '--setenv', 'PATH', [...view.programFolders, '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    '--setenv', 'HOME', '/tmp', '--setenv', 'LANG', 'C.UTF-8', '--setenv', 'USER', 'sandbox', '--setenv', 'CI', 'true',
    '--ro-bind', '/usr', '/usr', ...SYSTEM_FOLDERS.flatMap(systemFolder),
    ...SYSTEM_FILES.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['passwd', 'group', 'hosts', 'nsswitch.conf'].flatMap((name) => ['--ro-bind', `${view.etc}/${name}`, `/etc/${name}`]),
    ...view.readable.flatMap((path) => ['--ro-bind', path, path]),
    '--proc', '/proc', ...HIDDEN.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', '/dev/null', path]),
    '--dev', '/dev', '--perms', '1777', '--size', String(limits.temporaryBytes), '--tmpfs', '/dev/shm',
    '--perms', '1777', '--size', String(limits.temporaryBytes), '--tmpfs', '/tmp',
    '--bind', view.root, '/workspace',
    // Both are memory without a limit.
    '--remount-ro', '/dev', '--remount-ro', '/',
    '--chdir', view.folder === '' ? '/workspace' : `/workspace/${view.folder}`,
    '--seccomp', String(SECCOMP_FD), '--json-status-fd', String(STATUS_FD),
    '--',
    // Inside, where the count of processes begins anew: it is kept by user and user namespace (Linux 5.14).
    '/usr/bin/prlimit', `--nproc=${limits.processes}`, `--data=${limits.memoryBytes}`, `--fsize=${limits.fileBytes}`, `--nofile=${limits.openFiles}`,
    `--cpu=${cpuSeconds}`, '--core=0', '--memlock=65536', '--msgqueue=0', '--sigpending=1024', '--rtprio=0', '--nice=0',
    '--', ...command,
  ];
}

/** On most systems a link into /usr. */
function systemFolder(path: string): string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}
