import { spawnSync } from 'node:child_process';

/** Null: it is there. Else why not. In CI its absence is a failure, not a reason to skip. */
export function bubblewrapMissing(): string | null {
  if (spawnSync('bwrap', ['--version']).status === 0) return null;
  if (process.env['CI'] === 'true') throw new Error('bubblewrap is not installed: CI may not skip its tests.');
  return 'bwrap is not on the PATH (Debian: apt-get install bubblewrap)';
}
