import { textOf } from '../../../agent-runtime/src/providers/content.ts';
import type { ReviewResult } from '../../../agent-runtime/src/contract/review.ts';
import { reviewInputSchema, reviewResultSchema } from '../../../agent-runtime/src/contract/review.ts';
import { createReviewPullRequest } from '../../../agent-runtime/src/agents/cto/review-pull-request.ts';
import { countTokens } from '../../../agent-runtime/src/router/tokens.ts';
import { memoryContext } from './memory-context.ts';
import type { Journal, MemoryContext, Script } from './memory-context.ts';

/** Reviews a diff as a task would, and checks the result against its contract. */
export async function reviewDiff(
  diff: string, script: Script, more: { title?: string; description?: string; guidance?: string; attempt?: number; journal?: Journal } = {},
): Promise<{ result: ReviewResult; context: MemoryContext }> {
  const { attempt, journal, ...fields } = more;
  const context = memoryContext(script, { attempt, journal });
  const operation = createReviewPullRequest({ githubFor: () => null, countTokens });
  const result = await operation.run(reviewInputSchema.parse({ diff, ...fields }), context);
  return { result: reviewResultSchema.parse(result), context };
}

/** A diff that adds a file of these lines. */
export function addedFile(path: string, lines: readonly string[]): string {
  return `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;
}

/** What a call's prompt shows of the change. */
export function shown(context: MemoryContext, call = 0): string {
  return textOf(context.asked[call]!.request.messages[0]!.content);
}
