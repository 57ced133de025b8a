import type { OperationContext } from '../agents/agent.ts';
import type { ReviewInput } from '../contract/review.ts';
import { parseDiff } from './diff.ts';
import { NO_GUIDANCE } from './guidance.ts';
import type { Outcome, SharedOptions } from './on-github.ts';
import { notesOnUnanchored, reviewChange } from './review.ts';
import { scanChange } from './scan.ts';

/** Reviews a diff that the input holds. Throws AiosError `diff_invalid`. */
export async function reviewGivenDiff(input: ReviewInput, shared: SharedOptions, context: OperationContext): Promise<Outcome> {
  const change = { title: input.title ?? '', description: input.description ?? '', files: parseDiff(input.diff ?? '') };
  const { unanchored, ...review } = await reviewChange(await scanChange(change, context.signal), {
    ...shared, authorGuidance: input.guidance ?? '', repositoryGuidance: NO_GUIDANCE, stepPrefix: 'diff', filesMissing: false,
  }, context);
  return { ...review, findings: [...review.findings], notes: [...review.notes, ...notesOnUnanchored(unanchored)], pullRequest: null, posted: null };
}
