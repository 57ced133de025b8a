import { z } from 'zod';
import { findingSchema } from './finding.ts';
import { modelReportSchema } from './usage.ts';

export const verdictSchema = z.enum(['approve', 'comment', 'request_changes']);
export type Verdict = z.infer<typeof verdictSchema>;

export const pullRequestReferenceSchema = z.object({
  owner: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, 'must be a GitHub user or organisation name'),
  repository: z.string().regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, 'must be a repository name without its owner'),
  number: z.number().int().positive(),
});
export type PullRequestReference = z.infer<typeof pullRequestReferenceSchema>;

/** Input of the operation `review-pull-request`: a pull request on GitHub, or a diff given directly. */
export const reviewInputSchema = z.strictObject({
  pullRequest: pullRequestReferenceSchema.optional(),
  diff: z.string().min(1).max(16_000_000).optional().describe('A unified diff, as `git diff` prints it'),
  title: z.string().max(1_000).optional().describe('What the diff is for; used with `diff`'),
  description: z.string().max(100_000).optional(),
  guidance: z.string().max(100_000).optional().describe("House rules for this review, by the workflow's author"),
  publish: z.boolean().default(false).describe('Post the review to GitHub'),
  allowApprove: z.boolean().default(false).describe('Let the posted review approve the pull request'),
  checkRun: z.boolean().default(false).describe('Also set a check run on the head commit (needs a GitHub App token)'),
}).refine((input) => (input.pullRequest === undefined) !== (input.diff === undefined), {
  message: 'give either pullRequest {owner, repository, number} or diff, not both',
}).refine((input) => !(input.publish && input.diff !== undefined), {
  message: 'a diff given directly cannot be published: give pullRequest instead', path: ['publish'],
});
export type ReviewInput = z.infer<typeof reviewInputSchema>;

export const coverageSchema = z.object({
  complete: z.boolean().describe('True when every hunk that wants a review got one'),
  hunksTotal: z.number().int().nonnegative(),
  hunksReviewed: z.number().int().nonnegative(),
  files: z.array(z.object({
    path: z.string(),
    status: z.enum(['reviewed', 'partly_reviewed', 'skipped']),
    hunksTotal: z.number().int().nonnegative(),
    hunksReviewed: z.number().int().nonnegative(),
    reason: z.string().nullable().describe('Why the file, or a part of it, was not reviewed'),
    skippedHunks: z.array(z.object({ header: z.string(), reason: z.string() })),
  })),
});
export type Coverage = z.infer<typeof coverageSchema>;

export const postedReviewSchema = z.object({
  reviewId: z.number().int(),
  url: z.string(),
  event: z.enum(['APPROVE', 'COMMENT', 'REQUEST_CHANGES']),
  inlineComments: z.number().int().nonnegative(),
  checkRunUrl: z.string().nullable(),
});
export type PostedReview = z.infer<typeof postedReviewSchema>;

/** Output of the operation `review-pull-request`. */
export const reviewResultSchema = z.object({
  pullRequest: pullRequestReferenceSchema.extend({
    title: z.string(), url: z.string(), author: z.string(), headSha: z.string(), baseSha: z.string(), fromFork: z.boolean(),
  }).nullable(),
  summary: z.string(),
  verdict: verdictSchema,
  findings: z.array(findingSchema),
  coverage: coverageSchema,
  notes: z.array(z.string()).describe('What a reader must know: no model configured, findings left out and why, …'),
  model: modelReportSchema,
  durationMs: z.number().nonnegative(),
  posted: postedReviewSchema.nullable().describe('Null when the review was only returned'),
});
export type ReviewResult = z.infer<typeof reviewResultSchema>;
