import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where `install-trixie.sh` puts the newer Debian. */
export const TRIXIE = process.env['AIOS_TRIXIE'] ?? '/opt/aios-trixie';

/** Null: its programs can be run. Else why not. In CI its absence is a failure, not a reason to skip. */
export function trixieMissing(): string | null {
  const reason = existsSync(join(TRIXIE, '.aios-complete')) ? (process.getuid?.() === 0 ? null : 'a chroot needs root')
    : `${TRIXIE} is not complete (as root: tests/servers/install-trixie.sh)`;
  if (reason !== null && process.env['CI'] === 'true') throw new Error(`${reason}: CI may not skip its tests.`);
  return reason;
}

/**
 * The command and arguments that run a program of the newer Debian with its own /proc and /dev, and with the folder `data`
 * at /mnt. It has a process and a mount namespace of its own: SIGKILL for the command takes all of it away, and so does the
 * death of this process.
 */
export function inTrixie(data: string, program: string, args: readonly string[]): [command: string, args: string[]] {
  const script = 'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount --bind "$2" "$1/mnt" && root=$1 && shift 2 && exec chroot "$root" "$@"';
  return ['setpriv', ['--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script, 'sh', TRIXIE, data, program, ...args]];
}
