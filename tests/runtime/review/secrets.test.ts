import { expect, test } from '@jest/globals';
import { answer } from './memory-context.ts';
import { addedFile, reviewDiff, shown } from './review-change.ts';

// Put together here, so that no scanner takes this file's text for a real one.
const TOKEN = `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;
const KEY_ID = `AKIA${'ABCDEFGHIJKLMNO7'}`;

test('a secret on an added line is a critical finding that never repeats its value', async () => {
  const { result, context } = await reviewDiff(addedFile('src/a.ts', ['const a = 1;', `const token = "${TOKEN}";`]), () => answer());
  expect(result.findings).toMatchObject([{
    severity: 'critical', category: 'security', startLine: 2, endLine: 2, source: 'check', title: 'Secret in the code: GitHub token',
  }]);
  expect(result.verdict).toBe('request_changes');
  expect(JSON.stringify(result)).not.toContain(TOKEN);
  expect(JSON.stringify(context.asked)).not.toContain(TOKEN);
  expect(shown(context)).toContain('const token = "[secret removed]";');
});

test('secrets in deleted and unchanged lines, title, description and guidance do not reach the model, and are no findings', async () => {
  const diff = `--- a/a.ts\n+++ b/a.ts\n@@ -1,3 +1,3 @@\n const x = "${TOKEN}";\n-const y = "${KEY_ID}";\n+const y = key();\n z\n`;
  const { result, context } = await reviewDiff(diff, () => answer(), { title: `Remove ${TOKEN}`, description: TOKEN, guidance: TOKEN });
  expect(result.findings).toEqual([]);
  expect(JSON.stringify(context.asked)).not.toContain(TOKEN);
  expect(JSON.stringify(context.asked)).not.toContain(KEY_ID);
});

test('a comment in the change does not switch the check off, and neither does a name that scanners skip', async () => {
  const { result } = await reviewDiff(addedFile('package-lock.json', ['// secretlint-disable', TOKEN, KEY_ID]), () => answer());
  expect(result.findings.map((finding) => finding.startLine)).toEqual([2, 3]);
});
