import { runCommandInputSchema, runCommandResultSchema } from '../../contract/run-command.ts';
import type { RunCommandInput, RunCommandResult } from '../../contract/run-command.ts';
import { AiosError } from '../../errors.ts';
import type { Operation } from '../agent.ts';

/** Runs one program on a copy of a repository at a commit. A program that fails, or hits a limit, is a result. */
export function createRunCommand(): Operation<RunCommandInput, RunCommandResult> {
  return {
    name: 'run-command',
    title: 'Run Command',
    description: 'Runs a program on a repository at a commit, in a sandbox without network; keeps its diff and the files asked for.',
    inputSchema: runCommandInputSchema,
    resultSchema: runCommandResultSchema,
    repositoryOf: ({ repository }) => nameOf(repository),
    async run({ repository, revision, command, folder, patch, timeoutMs, keep }, context) {
      const workspace = await context.workspace(repository, revision);
      if (patch !== undefined) await workspace.applyPatch(patch);
      await context.progress(`running ${command[0]} at ${workspace.commit.slice(0, 12)}`);
      const result = await workspace.run(command, { timeoutMs, signal: context.signal, ...folder !== undefined && { folder } });
      const { text, files } = await workspace.diff();
      const artifacts: string[] = [];
      if (text !== '') {
        await context.keep('changes.diff', Buffer.from(text), 'text/x-diff; charset=utf-8');
        artifacts.push('changes.diff');
      }
      for (const path of keep) {
        if (await kept(() => workspace.keep(path))) artifacts.push(path);
      }
      const { exitCode, stoppedBy, stdout, stderr, durationMs } = result;
      return { commit: workspace.commit, exitCode, stoppedBy, stdout, stderr, changedFiles: files.map(({ path }) => path), artifacts, durationMs };
    },
  };
}

/** False: the program has not made it. */
async function kept(keep: () => Promise<void>): Promise<boolean> {
  try {
    await keep();
    return true;
  } catch (error) {
    if (error instanceof AiosError && error.code === 'not_found') return false;
    throw error;
  }
}

/** `owner/name` as forges have it. */
function nameOf(repository: string): string {
  return new URL(repository).pathname.replace(/^\//, '').replace(/(\.git)?\/?$/, '');
}
