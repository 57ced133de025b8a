import { expect, test } from '@jest/globals';
import { reviewText } from '../../local/review-text.mjs';

const review: Parameters<typeof reviewText>[0] = {
  pullRequest: { owner: 'acme', repository: 'shop', number: 7, title: 'Search\x1b[2J', url: '', author: 'sam', headSha: 'a', baseSha: 'b', fromFork: false },
  summary: 'Two things are wrong.',
  verdict: 'request_changes',
  findings: [{
    id: '1', path: 'src/a.ts', startLine: 3, endLine: 5, side: 'RIGHT', severity: 'high', category: 'security', confidence: 1,
    title: 'SQL from input', explanation: 'It joins \x1b]0;strings\x07 together.', suggestedChange: null, source: 'model',
  }],
  coverage: {
    complete: true, hunksTotal: 2, hunksReviewed: 2,
    files: [
      { path: 'src/a.ts', status: 'reviewed', hunksTotal: 2, hunksReviewed: 2, reason: null, skippedHunks: [] },
      { path: 'package-lock.json', status: 'skipped', hunksTotal: 1, hunksReviewed: 0, reason: 'a lock file', skippedHunks: [] },
    ],
  },
  notes: [],
  model: {
    models: ['anthropic/x'], calls: 1, offline: false, costUsd: 0.0123, costStatus: 'known',
    usage: { input: 100, cacheRead: 20, cacheWrite5m: 3, cacheWrite1h: 0, output: 40, reasoning: 0 },
  },
  durationMs: 1234,
  posted: null,
};

test('says verdict, findings with their place, coverage, model and cost', () => {
  const text = reviewText(review).join('\n');
  for (const part of ['acme/shop#7', 'request changes', 'src/a.ts:3-5', 'SQL from input', '2 of 2 hunks in 2 files', 'package-lock.json: a lock file', 'anthropic/x', '123 in, 40 out', '$0.0123']) {
    expect(text).toContain(part);
  }
});

test('nothing in a review steers the terminal', () => {
  expect(reviewText(review).join('\n')).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
});

test('a price nobody knows is not shown as zero', () => {
  const text = reviewText({ ...review, model: { ...review.model, costUsd: null, costStatus: 'unknown' } }).join('\n');
  expect(text).toContain('unknown');
  expect(text).not.toContain('$');
});
