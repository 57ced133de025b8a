import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { linesOf, placeOf } from './change.mjs';

/**
 * @typedef {{ id: number, path: string, body: string, line: number, startLine: number | null, side: 'LEFT' | 'RIGHT' }} StoredComment
 * @typedef {{ id: number, body: string, event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT', commitId: string, at: string, comments: StoredComment[] }} StoredReview
 * @typedef {{ id: number, headSha: string, name: string, externalId: string, conclusion: string, title: string, summary: string, at: string }} StoredCheckRun
 */

const EVENTS = ['APPROVE', 'REQUEST_CHANGES', 'COMMENT'];

/** Refused as GitHub refuses it: 422 with the field. */
export class Unprocessable extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'Unprocessable';
  }
}

/** @param {any} comment @param {import('./change.mjs').ChangedFile[]} files @returns {Omit<StoredComment, 'id'>} */
function checkedComment(comment, files) {
  const patch = files.find((file) => file.path === comment?.path)?.patch;
  if (!patch) throw new Unprocessable('Path could not be resolved');
  if (typeof comment.body !== 'string' || comment.body.trim() === '') throw new Unprocessable('Body can\'t be blank');
  const side = comment.side ?? 'RIGHT';
  if (side !== 'LEFT' && side !== 'RIGHT') throw new Unprocessable('Side is not included in the list');
  const lines = linesOf(patch);
  const end = placeOf(lines, comment.line, side);
  if (!end) throw new Unprocessable('Line could not be resolved');
  const startLine = comment.start_line ?? null;
  if (startLine !== null) {
    const start = placeOf(lines, startLine, comment.start_side ?? side);
    if (!start || start.hunk !== end.hunk) throw new Unprocessable('Start line must be part of the same hunk as the line');
    if (startLine >= comment.line) throw new Unprocessable('Start line must precede the end line');
  }
  return { path: comment.path, body: comment.body, line: comment.line, startLine, side };
}

/**
 * What was posted to the pull request, kept in a file.
 * @param {string} file
 */
export function createReviewStore(file) {
  /** @type {{ nextId: number, reviews: StoredReview[], checkRuns: StoredCheckRun[] }} */
  const state = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { nextId: 1, reviews: [], checkRuns: [] };
  const save = () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const id = () => state.nextId++;
  return {
    reviews: () => state.reviews,
    checkRuns: () => state.checkRuns,
    /** @param {any} body of POST …/reviews @param {{ headSha: string, files: import('./change.mjs').ChangedFile[] }} change @returns {StoredReview} */
    addReview: (body, change) => {
      if (!EVENTS.includes(body?.event)) throw new Unprocessable('Event is not included in the list');
      if (body.event !== 'APPROVE' && !body.body) throw new Unprocessable('Body can\'t be blank');
      if (body.commit_id !== undefined && body.commit_id !== change.headSha) throw new Unprocessable('The commit_id is not part of the pull request');
      const comments = (body.comments ?? []).map((/** @type {any} */ comment) => checkedComment(comment, change.files));
      const review = {
        id: id(), body: body.body ?? '', event: body.event, commitId: change.headSha, at: new Date().toISOString(),
        comments: comments.map((/** @type {Omit<StoredComment, 'id'>} */ comment) => ({ id: id(), ...comment })),
      };
      state.reviews.push(review);
      save();
      return review;
    },
    /** @param {any} body of POST …/check-runs @returns {StoredCheckRun} */
    addCheckRun: (body) => {
      if (!body?.name || !body.head_sha) throw new Unprocessable('name and head_sha are required');
      const run = {
        id: id(), headSha: body.head_sha, name: body.name, externalId: body.external_id ?? '', conclusion: body.conclusion ?? 'neutral',
        title: body.output?.title ?? '', summary: body.output?.summary ?? '', at: new Date().toISOString(),
      };
      state.checkRuns.push(run);
      save();
      return run;
    },
  };
}

/** @typedef {ReturnType<typeof createReviewStore>} ReviewStore */
