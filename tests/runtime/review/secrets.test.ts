import { performance } from 'node:perf_hooks';
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

test('a secret in the heading of a hunk reaches neither the model nor the coverage, and a note tells of it', async () => {
  const diff = `--- a/a.ts\n+++ b/a.ts\n@@ -10,2 +10,2 @@ login("${TOKEN}") {\n-a\n+b\n c\n@@ -30 +30 @@ plain()\n-a\n+b\n`;
  const { result, context } = await reviewDiff(diff, () => answer());
  expect(shown(context)).toContain('@@ -10,2 +10,2 @@ login(&quot;[secret removed]&quot;) {');
  expect(shown(context)).toContain('@@ -30 +30 @@ plain()');
  expect(JSON.stringify([result, context.asked])).not.toContain(TOKEN);
  expect(result.notes.join()).toMatch(/a\.ts holds a secret \(GitHub token\) in a line that a hunk header quotes/);
  expect(result.findings).toEqual([]);

  const unread = `--- a/a.ts\n+++ b/a.ts\n@@ -10,4 +10,4 @@ login("${TOKEN}") {\n-a\n+${'x '.repeat(1_500)}\n b\n c\n d\n`;
  const partly = await reviewDiff(unread, () => answer());
  expect(partly.result.coverage.files[0]!.skippedHunks[0]!.header).toContain('[secret removed]');
  expect(JSON.stringify(partly.result)).not.toContain(TOKEN);
});

test('a secret in a path is not shown to the model, and findings of such files keep their real path', async () => {
  const other = `ghp_${'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8'}`;
  const diff = addedFile(`keys/${TOKEN}.ts`, ['first();']) + addedFile(`keys/${other}.ts`, ['second();']);
  const { result, context } = await reviewDiff(diff, (request) => (
    answer([{ path: /path="([^"]+)">\n[^\n]*\n[^\n]*second/.exec(String(request.messages[0]!.content))![1] }])));
  expect(JSON.stringify(context.asked)).not.toMatch(/ghp_/);
  expect(result.findings).toMatchObject([{ path: `keys/${other}.ts`, startLine: 1 }]);
  expect(result.notes.join()).toContain('A path of the change holds a secret (GitHub token)');
});

test('the scanner leaves nothing in the performance timeline', async () => {
  await reviewDiff(addedFile('src/a.ts', ['const a = 1;']), () => answer());
  const before = performance.getEntries().length;
  for (let time = 0; time < 5; time += 1) await reviewDiff(addedFile('src/a.ts', ['const a = 1;']), () => answer());
  expect(performance.getEntries()).toHaveLength(before);
  expect(performance.getEntries().filter(({ name }) => name.startsWith('@core'))).toEqual([]);
});
