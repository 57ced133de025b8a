import { AiosError } from '../../errors.ts';
import { gitSaid } from './fetch-failure.ts';
import { gitEnvironment } from './git-environment.ts';
import { runGit } from './run-git.ts';

export interface TreeEntry {
  readonly mode: string;
  /** `blob`, or `commit` for a submodule. */
  readonly type: string;
  readonly sha: string;
  /** 0 for a submodule. */
  readonly bytes: number;
  readonly path: string;
}

const TIMEOUT_MS = 60_000;

/** Every file of a commit, as git lists it. `visit` may throw to end it: a small repository may list without end. */
export async function listTree(git: string, commit: string, visit: (entry: TreeEntry) => void): Promise<void> {
  let rest = '';
  const decoder = new TextDecoder();
  const answer = await runGit({
    arguments: [`--git-dir=${git}`, 'ls-tree', '-r', '-l', '-z', '--full-tree', '--end-of-options', commit],
    environment: gitEnvironment({ protocols: [] }),
    timeoutMs: TIMEOUT_MS,
    onOutput(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\0');
      rest = lines.pop()!;
      for (const line of lines) {
        const tab = line.indexOf('\t');
        const [mode, type, sha, bytes] = line.slice(0, tab).split(/ +/);
        visit({ mode: mode!, type: type!, sha: sha!, bytes: Number(bytes) || 0, path: line.slice(tab + 1) });
      }
    },
  });
  if (answer.exitCode !== 0) throw new AiosError('store_unavailable', `Git could not read a commit (${gitSaid(answer.stderr, [])}). The runtime tries again by itself.`);
}
