import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { AiosError, ERRORS, toAiosError } from '../../../agent-runtime/src/errors.ts';

describe('the table of errors', () => {
  const documented = readFileSync(new URL('../../../agent-runtime/ERRORS.md', import.meta.url), 'utf8');
  const rows = [...documented.matchAll(/^\| `(\w+)` \| (\w+) \| (\d+) \| (.+) \|$/gm)].map(([, code, kind, status, title]) => (
    { code, kind, status: Number(status), title }));

  test('is what ERRORS.md says, code by code', () => {
    expect(rows).toEqual(Object.entries(ERRORS).map(([code, row]) => ({ code, ...row })));
  });

  test('has HTTP statuses that fit the kind', () => {
    for (const { kind, status, code } of rows) {
      expect([code, status]).toEqual([code, status >= 400 && status < 600 ? status : 'a status of an error']);
      if (kind === 'bug') expect(status).toBe(500);
    }
  });

  test('decides the kind and status of an error', () => {
    expect(new AiosError('github_rate_limited', 'x')).toMatchObject({ kind: 'operational', status: 429 });
    expect(toAiosError(new TypeError('x is not a function'))).toMatchObject({ code: 'internal', kind: 'bug', status: 500 });
  });
});
