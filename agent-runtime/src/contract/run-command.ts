import { z } from 'zod';

const MINUTE_MS = 60_000;
/** The artifact that the diff is kept as. */
export const DIFF_NAME = 'changes.diff';

/** Input of the operation `run-command`. */
export const runCommandInputSchema = z.strictObject({
  repository: z.url({ protocol: /^(https?|file)$/, error: 'must be the address that git clones from, such as https://github.com/acme/shop.git' }).max(2_000)
    .describe('Where git clones it from, without user and password'),
  revision: z.string().min(1).max(500).describe('A full commit SHA, a branch, a tag, or a ref such as refs/pull/7/head'),
  command: z.array(z.string().max(100_000)).min(1).max(1_000).describe('The program and its arguments; no shell reads them'),
  folder: z.string().max(4_000).optional().describe('Folder of the repository to run in; its root when absent'),
  patch: z.string().max(5_000_000).optional().describe('A unified diff to apply before'),
  timeoutMs: z.number().int().min(1_000).max(60 * MINUTE_MS).default(10 * MINUTE_MS).describe('The longest that the program may run'),
  keep: z.array(z.string().min(1).max(500).refine((path) => path !== DIFF_NAME, `must not be ${DIFF_NAME}, the name that the diff is kept by`)).max(50).default([]).describe('Files of the repository to keep as artifacts afterwards, where they exist'),
});
export type RunCommandInput = z.infer<typeof runCommandInputSchema>;

/** Output of the operation `run-command`. */
export const runCommandResultSchema = z.object({
  commit: z.string().describe('Full SHA that the revision stood for'),
  exitCode: z.number().int().nullable().describe('Null: it was stopped'),
  stoppedBy: z.enum(['time', 'memory', 'disk', 'output']).nullable().describe('The limit that stopped it'),
  stdout: z.string().describe('Its beginning and end where it was long'),
  stderr: z.string(),
  changedFiles: z.array(z.string()).describe('Since the commit, the patch included'),
  diffComplete: z.boolean().describe('False: the kept diff lacks changes, of files that are too large or too many, or after its longest length'),
  moreChangedFiles: z.number().int().nonnegative().describe('So many more were changed than are named'),
  artifacts: z.array(z.string()).describe('What was kept: GET /v1/tasks/{id}/artifacts has the links'),
  notKept: z.array(z.object({ path: z.string(), reason: z.string() })).describe('Files that were asked for and are there, but cannot be kept'),
  durationMs: z.number().nonnegative().describe('Of the program'),
});
export type RunCommandResult = z.infer<typeof runCommandResultSchema>;
