import { expect, test } from '@jest/globals';
import { judgeAnswer } from '../../../agent-runtime/src/events/callback-answer.ts';

const reasonOf = (url: string, body: string) => {
  const verdict = judgeAnswer(url, { status: 400, body, cut: false });
  if (verdict.action !== 'failed') throw new Error(verdict.action);
  return verdict.reason;
};

const url = 'https://n8n.test/webhook-waiting/7/node?signature=a%2Fb%2Bc%3D%3D&to=ab%20cd&x=1';

test.each([
  ['the whole address', `Cannot POST ${url}`, 'Cannot POST [callback address]'],
  ['path and query', 'at /webhook-waiting/7/node?signature=a%2Fb%2Bc%3D%3D&to=ab%20cd&x=1!', 'at [callback address]!'],
  ['the path alone', '"/webhook-waiting/7/node" is unknown', '"[callback address]" is unknown'],
  ['a value, decoded', 'bad signature a/b+c==', 'bad signature [callback address]'],
  ['a value, encoded another way', 'bad signature a%2fb%2bc%3d%3d', 'bad signature [callback address]'],
  ['a value in JSON with escaped slashes', String.raw`{"signature":"a\/b+c=="}`, '{"signature":"[callback address]"}'],
  ['a value with a space', 'no ab cd here', 'no [callback address] here'],
  ['a value at the end of what is kept', `${'x'.repeat(294)} a/b+c==`, `${'x'.repeat(294)} [call`],
  ['nothing of it', 'the execution "7" does not exist', 'the execution "7" does not exist'],
])('an answer that repeats %s', (_what, body, shown) => {
  expect(reasonOf(url, body)).toBe(`HTTP 400: ${shown}`);
});

test('a long segment of the path is a secret too', () => {
  expect(reasonOf('https://hooks.test/services/0123456789abcdef0123', 'no 0123456789ABCDEF0123')).toBe('HTTP 400: no [callback address]');
});

test('an address without path or query leaves the text as it is', () => {
  expect(reasonOf('https://n8n.test', 'a / b ? c')).toBe('HTTP 400: a / b ? c');
});

test.each([404, 409])('%i is final only when its text is known', (status) => {
  expect(judgeAnswer(url, { status, body: '', cut: true })).toMatchObject({ action: 'retry' });
  expect(judgeAnswer(url, { status, body: 'no', cut: false })).toMatchObject({ action: 'failed' });
});
