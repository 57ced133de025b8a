import { describe, expect, test } from '@jest/globals';
import { answer } from './memory-context.ts';
import { addedFile, reviewDiff } from './review-change.ts';

const titles = async (path: string, lines: readonly string[]): Promise<[number, string][]> => {
  const { result } = await reviewDiff(addedFile(path, lines), () => answer());
  return result.findings.filter((finding) => finding.source === 'check').map((finding) => [finding.startLine, finding.title]);
};

test('a merge conflict is one finding over its lines', async () => {
  const { result } = await reviewDiff(addedFile('a.ts', ['a', '<<<<<<< HEAD', 'b', '=======', 'c', '>>>>>>> other', 'd']), () => answer());
  expect(result.findings).toMatchObject([{ title: 'Unresolved merge conflict', startLine: 2, endLine: 6, severity: 'high', source: 'check' }]);
  expect(result.verdict).toBe('request_changes');
});

test.each([
  ['a.test.ts', "it.only('works', () => {", true],
  ['a.test.ts', "describe.only.each([1])('x', () => {", true],
  ['a.spec.js', "fit('works', () => {", true],
  ['model.js', 'fit(data, labels);', false],
  ['a.test.ts', "// it.only('works')", false],
  ['a.test.ts', "it('runs the only one')", false],
  ['user_spec.rb', "  fdescribe 'login' do", true],
  ['user_spec.rb', "  it 'works', focus: true do", true],
  ['test_a.py', '@pytest.mark.only', true],
  ['a_test.go', '	FIt("works", func() {', true],
])('in %s, `%s` is a focused test: %p', async (path, line, found) => {
  expect(await titles(path, [line])).toEqual(found ? [[1, 'Focused test left in']] : []);
});

test.each([
  ['a.ts', '  debugger;', true],
  ['a.ts', "log('debugger');", false],
  ['a.rb', '  binding.pry', true],
  ['a.py', '    breakpoint()', true],
  ['a.py', 'import pdb; pdb.set_trace()', true],
  ['a.rs', '    dbg!(x);', true],
  ['a.ts', 'console.log(1)', false],
])('in %s, `%s` is a debugger statement: %p', async (path, line, found) => {
  expect(await titles(path, [line])).toEqual(found ? [[1, 'Debugger statement left in']] : []);
});

describe('new dependencies are named, each once', () => {
  test('in package.json, not scripts and not new versions', async () => {
    const diff = '--- a/package.json\n+++ b/package.json\n@@ -1,9 +1,11 @@\n {\n-  "version": "1.0.0",\n+  "version": "1.1.0",\n   "scripts": {\n'
      + '+    "next": "next dev",\n     "test": "jest"\n   },\n   "dependencies": {\n+    "left-pad": "^1.3.0",\n-    "zod": "^3.0.0"\n+    "zod": "^4.0.0"\n   }\n }\n';
    const { result } = await reviewDiff(diff, () => answer());
    expect(result.findings.map((finding) => [finding.title, finding.severity, finding.category])).toEqual([['New dependency: left-pad', 'info', 'dependency']]);
  });
  test.each([
    ['requirements.txt', ['# tools', 'requests[socks]>=2.0', '-r other.txt'], [[2, 'New dependency: requests']]],
    ['go.mod', ['require (', '\tgithub.com/a/b v1.2.3', '\tgithub.com/c/d v1.0.0 // indirect', ')'], [[2, 'New dependency: github.com/a/b']]],
    ['Cargo.toml', ['[package]', 'edition = "2021"', '[dependencies]', 'serde = { version = "1" }', 'rand = "0.8"'], [[4, 'New dependency: serde'], [5, 'New dependency: rand']]],
    ['pom.xml', ['<dependency>', '<groupId>g</groupId>', '<artifactId>guava</artifactId>', '</dependency>'], [[3, 'New dependency: guava']]],
  ])('in %s', async (path, lines, expected) => {
    expect((await titles(path, lines)).sort((a, b) => a[0] - b[0])).toEqual(expected);
  });
});

test('a bidirectional control character is a finding', async () => {
  expect(await titles('a.ts', ['if (admin) { /* \u202e } */'])).toEqual([[1, 'Bidirectional control character']]);
});

test('only added lines are looked at', async () => {
  const diff = '--- a/a.ts\n+++ b/a.ts\n@@ -1,3 +1,3 @@\n debugger;\n-debugger;\n+ok();\n <<<<<<< HEAD\n';
  const { result } = await reviewDiff(diff, () => answer());
  expect(result.findings).toEqual([]);
});

test('a complaint that a file repeats is told at most twenty times, with the rest counted', async () => {
  const { result } = await reviewDiff(addedFile('a.ts', Array.from({ length: 50 }, () => 'debugger;')), () => answer());
  expect(result.findings).toHaveLength(20);
  expect(result.findings.some((finding) => finding.explanation.includes('30 more line(s)'))).toBe(true);
  expect(new Set(result.findings.map((finding) => finding.id)).size).toBe(20);
});
