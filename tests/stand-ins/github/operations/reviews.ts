import { commentAnswer, reviewAnswer } from './answers.ts';
import { page, pullRequestIn, Refusal } from './operation.ts';
import type { OperationCall, PlayedOperation } from './operation.ts';
import { refuseComment } from '../diff-lines.ts';
import type { CommentPlace } from '../diff-lines.ts';
import type { CommentState, FileState, PullRequestState, ReviewState } from '../state.ts';

interface NewComment extends CommentPlace {
  readonly path: string;
  readonly body: string;
}

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;
const LONGEST_BODY = 65_536;

export const REVIEW_OPERATIONS: Readonly<Record<string, PlayedOperation>> = {
  'pulls/list-reviews': {
    needs: { permission: 'pull_requests', level: 'read', scope: 'repo' },
    handle(call) {
      const { items, headers } = page(call, reviewsOf(call));
      return { status: 200, headers, body: items.map(reviewAnswer) };
    },
  },
  'pulls/get-review': {
    needs: { permission: 'pull_requests', level: 'read', scope: 'repo' },
    handle(call) {
      const review = reviewsOf(call).find(({ id }) => id === Number(call.path.review_id));
      if (review === undefined) throw new Refusal(404, 'Not Found');
      return { status: 200, body: reviewAnswer(review) };
    },
  },
  'pulls/list-comments-for-review': {
    needs: { permission: 'pull_requests', level: 'read', scope: 'repo' },
    handle(call) {
      const { repository, pull } = pullRequestIn(call);
      const comments = pull.comments.filter(({ reviewId }) => reviewId === Number(call.path.review_id));
      const { items, headers } = page(call, comments);
      return { status: 200, headers, body: items.map((comment) => commentAnswer(repository, pull, comment)) };
    },
  },
  'pulls/create-review': {
    needs: { permission: 'pull_requests', level: 'write', scope: 'repo' },
    handle: createReview,
  },
};

function reviewsOf(call: OperationCall): readonly ReviewState[] {
  const { repository, pull } = pullRequestIn(call);
  const fullName = `${repository.owner}/${repository.name}`;
  return call.state.reviews.filter((review) => review.repository === fullName && review.number === pull.number
    && (review.state !== 'PENDING' || review.author === call.account?.login));
}

function createReview(call: OperationCall): { status: number; body: unknown } {
  const { repository, pull } = pullRequestIn(call);
  const author = call.account?.login ?? 'anonymous';
  const event = call.body?.event as keyof typeof STATES | undefined;
  const body: string = call.body?.body ?? '';
  const commitId: string = call.body?.commit_id ?? pull.headSha;
  const comments: readonly NewComment[] = call.body?.comments ?? [];

  refuseEvent(pull, author, event, body);
  const files = pull.diffs.get(commitId);
  if (files === undefined) refuse('commit_id is not part of the pull request');
  for (const comment of comments) refuseNewComment(files ?? [], comment);

  const id = call.state.nextId++;
  const posted = comments.map((comment): CommentState => ({
    id: call.state.nextId++, reviewId: id, path: comment.path, body: comment.body, author, commitId,
    line: comment.line, startLine: comment.start_line, side: comment.side === 'LEFT' ? 'LEFT' : 'RIGHT',
  }));
  const review: ReviewState = {
    id, repository: `${repository.owner}/${repository.name}`, number: pull.number, author, body, commitId,
    state: event === undefined ? 'PENDING' : STATES[event],
    submittedAt: event === undefined ? null : new Date().toISOString(),
    comments: posted,
  };
  call.state.reviews.push(review);
  pull.comments.push(...posted);
  return { status: 200, body: reviewAnswer(review) };
}

function refuseEvent(pull: PullRequestState, author: string, event: keyof typeof STATES | undefined, body: string): void {
  if (event !== undefined && event !== 'APPROVE' && body.trim() === '') refuse(`body is required for the event ${event}`);
  if (body.length > LONGEST_BODY) refuse(`Body is too long (maximum is ${LONGEST_BODY} characters)`);
  if (author !== pull.author) return;
  if (event === 'APPROVE') refuse('Can not approve your own pull request');
  if (event === 'REQUEST_CHANGES') refuse('Can not request changes on your own pull request');
}

function refuseNewComment(files: readonly FileState[], comment: NewComment): void {
  if (comment.body.trim() === '') refuse("Body can't be blank");
  if (comment.body.length > LONGEST_BODY) refuse(`Body is too long (maximum is ${LONGEST_BODY} characters)`);
  const file = files.find(({ path }) => path === comment.path);
  if (file === undefined) return refuse('Path could not be resolved');
  const reason = refuseComment(file.patch, comment);
  if (reason !== null) refuse(reason);
}

function refuse(reason: string): never {
  throw new Refusal(422, 'Unprocessable Entity', { errors: [reason] });
}
