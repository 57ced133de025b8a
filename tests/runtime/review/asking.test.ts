import { describe, expect, test } from '@jest/globals';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import { answer, newJournal } from './memory-context.ts';
import { addedFile, reviewDiff } from './review-change.ts';

const SMALL = addedFile('src/a.ts', ['const a = 1;', 'const b = 2;']);
/** Three calls' worth of one file. */
const BIG = addedFile('src/big.ts', Array.from({ length: 1_800 }, (_, index) => `const value${index} = compute('some text', ${index});`));

describe('an answer that is not in the asked form', () => {
  test.each([
    ['broken JSON', '{"summary": "x", "findings": ['],
    ['nothing', ''],
    ['a wrong severity', answer([{ severity: 'blocker' }])],
    ['a line number as text', answer([{ startLine: 'twelve' }])],
    ['no findings list', '{"summary": "fine"}'],
    ['prose', 'Looks good to me!'],
  ])('%s is asked again once, telling what was wrong', async (_what, text) => {
    const { result, context } = await reviewDiff(SMALL, (_request, step) => (step.includes('repair') ? answer([], 'Repaired.') : text));
    expect(result.summary).toBe('Repaired.');
    expect(context.asked.map(({ step }) => step)).toEqual(['diff/part-1', 'diff/part-1/repair-1']);
    const messages = context.asked[1]!.request.messages;
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(messages.every(({ content }) => content !== '')).toBe(true);
  });

  test('twice is an operational failure, and the next attempt asks anew instead of replaying it', async () => {
    const journal = newJournal();
    const broken = reviewDiff(SMALL, () => 'no JSON', { journal });
    await expect(broken).rejects.toMatchObject({ code: 'model_output_invalid', kind: 'operational' });
    const { result, context } = await reviewDiff(SMALL, () => answer([], 'Better now.'), { journal, attempt: 2 });
    expect(result.summary).toBe('Better now.');
    expect(context.asked.map(({ step }) => step)).toEqual(['diff/part-1/repair-2']);
  });

  test('is taken when the JSON only stands in a fence or between sentences', async () => {
    const { result, context } = await reviewDiff(SMALL, () => `Here it is:\n\`\`\`json\n${answer([{ path: 'src/a.ts' }])}\n\`\`\`\nGood luck!`);
    expect(result.findings).toHaveLength(1);
    expect(context.asked).toHaveLength(1);
  });
});

test('a retried task replays its answers and asks nothing again', async () => {
  const journal = newJournal();
  const first = await reviewDiff(SMALL, () => answer([{ startLine: 2, endLine: 2 }]), { journal });
  const second = await reviewDiff(SMALL, () => { throw new Error('asked again'); }, { journal, attempt: 2 });
  expect(second.context.asked).toEqual([]);
  expect(second.result.findings).toEqual(first.result.findings);
});

describe('an answer that was cut at its longest', () => {
  test('makes the part be asked in halves', async () => {
    const { result, context } = await reviewDiff(addedFile('src/a.ts', Array.from({ length: 60 }, (_, index) => `a(${index});`)),
      (_request, step) => (step === 'diff/part-1' ? { text: '{"summ', finishReason: 'length' } : answer([], step)));
    expect(context.asked.map(({ step }) => step)).toEqual(['diff/part-1', 'diff/part-1/half-1', 'diff/part-1/half-2']);
    expect(result.coverage).toMatchObject({ complete: true, hunksReviewed: 1 });
  });

  test('ends as not reviewed when the part is down to a few lines', async () => {
    const { result } = await reviewDiff(SMALL, () => ({ text: '', finishReason: 'length' }));
    expect(result.coverage).toMatchObject({ complete: false, hunksReviewed: 0 });
    expect(result.coverage.files[0]).toMatchObject({ status: 'skipped', reason: expect.stringContaining('cut at its longest') });
    expect(result.verdict).toBe('comment');
  });
});

test('a part that does not fit the context window is asked in halves', async () => {
  const { result } = await reviewDiff(addedFile('src/a.ts', Array.from({ length: 60 }, (_, index) => `a(${index});`)), (_request, step) => {
    if (step === 'diff/part-1') throw new AiosError('model_context_too_long', 'too long');
    return answer();
  });
  expect(result.coverage.complete).toBe(true);
});

test('a part that the model declines is in the coverage, and withholds the approval', async () => {
  const { result } = await reviewDiff(SMALL, () => ({ text: '', finishReason: 'refused' }));
  expect(result.coverage.files[0]).toMatchObject({ status: 'skipped', reason: 'the model declined to review it' });
  expect(result.verdict).toBe('comment');
});

describe('the cost limit', () => {
  const limit = () => { throw new AiosError('cost_limit_exceeded', 'The cost limit of $0.01 does not allow this call.'); };

  test('on the first call fails the review', async () => {
    await expect(reviewDiff(SMALL, limit)).rejects.toMatchObject({ code: 'cost_limit_exceeded' });
  });

  test('after some calls keeps what was reviewed, and says what was not', async () => {
    const { result } = await reviewDiff(BIG, (_request, step) => (step === 'diff/part-1' ? answer([{ path: 'src/big.ts', startLine: 3, endLine: 3 }]) : limit()));
    expect(result.findings).toHaveLength(1);
    expect(result.coverage.complete).toBe(false);
    expect(result.coverage.files[0]).toMatchObject({ status: 'partly_reviewed', reason: 'the cost limit was reached' });
    expect(result.notes.join()).toContain('The cost limit was reached after 1 model call(s)');
  });
});

test.each(['model_timeout', 'model_stream_cut', 'model_unavailable'] as const)('%s passes through, to be retried', async (code) => {
  await expect(reviewDiff(SMALL, () => { throw new AiosError(code, 'no answer'); })).rejects.toMatchObject({ code, kind: 'operational' });
});

test('rules instead of a language model are said, are the source of the findings, and never approve', async () => {
  const { result } = await reviewDiff(SMALL, () => ({ text: answer([{ severity: 'low' }]), offline: true }));
  expect(result.findings).toMatchObject([{ source: 'rules' }]);
  expect(result.notes.join()).toContain('No language model is configured');
  expect(result.verdict).toBe('comment');
});
