import { DIFF_NAME, runCommandInputSchema, runCommandResultSchema } from '../../contract/run-command.ts';
import type { RunCommandInput, RunCommandResult } from '../../contract/run-command.ts';
import { AiosError } from '../../errors.ts';
import type { Operation } from '../agent.ts';

/** Of the names of changed files, which a program may make many and long. */
const MOST_NAMES = 1_000;
const MOST_NAME_BYTES = 100_000;

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
      const { text, files, skipped, cut } = await workspace.diff();
      const artifacts: string[] = [];
      if (text !== '') {
        await context.keep(DIFF_NAME, Buffer.from(text), 'text/x-diff; charset=utf-8');
        artifacts.push(DIFF_NAME);
      }
      const notKept: RunCommandResult['notKept'] = [];
      for (const path of new Set(keep)) {
        const reason = await whyNotKept(() => workspace.keep(path));
        if (reason === null) artifacts.push(path);
        else if (reason !== NOT_MADE) notKept.push({ path, reason });
      }
      const changed = [...files.map(({ path }) => path), ...skipped].sort();
      const changedFiles = firstNames(changed);
      const { exitCode, stoppedBy, stdout, stderr, durationMs } = result;
      return { commit: workspace.commit, exitCode, stoppedBy, stdout, stderr, changedFiles, diffComplete: skipped.length === 0 && !cut, moreChangedFiles: changed.length - changedFiles.length, artifacts, notKept, durationMs };
    },
  };
}

const NOT_MADE = Symbol('not made');

/** Null: it is kept. What a program makes of a file (a link, a pipe, too much) must not cost the result of its run. */
async function whyNotKept(keep: () => Promise<void>): Promise<string | typeof NOT_MADE | null> {
  try {
    await keep();
    return null;
  } catch (error) {
    if (error instanceof AiosError && error.code === 'not_found') return NOT_MADE;
    if (error instanceof AiosError && (error.code === 'workspace_file_refused' || error.code === 'invalid_request')) return error.message;
    throw error;
  }
}

function firstNames(names: readonly string[]): string[] {
  let bytes = 0;
  const end = names.findIndex((name, index) => {
    bytes += Buffer.byteLength(name);
    return index === MOST_NAMES || bytes > MOST_NAME_BYTES;
  });
  return end < 0 ? [...names] : names.slice(0, end);
}

/** `owner/name` as forges have it. */
function nameOf(repository: string): string {
  return new URL(repository).pathname.replace(/^\//, '').replace(/(\.git)?\/?$/, '');
}
