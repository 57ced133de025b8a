import { describe, expect, test } from '@jest/globals';
import { judge, requestOf, types } from './judging.ts';

describe('what a user says the request is about', () => {
  test.each([
    ['Trace why our checkout microservice drops messages', 'stated-proprietary-code'], ["Port the company's Perl scripts to Python", 'stated-proprietary-code'], ['优化公司自研的推荐算法代码', 'stated-proprietary-code'],
    ['Shorten our internal onboarding handbook', 'stated-internal-document'], ['Give me action items from the board minutes', 'stated-internal-document'], ["Compare our Q3 forecast with last year's revenue", 'stated-business-strategy'],
    ['Polish this unfiled invention disclosure', 'stated-trade-secret'], ['Review the Ansible playbooks for our production servers', 'stated-infrastructure'], ['检查生产集群的Helm配置', 'stated-infrastructure'],
    ['Find duplicate entries in the patient registry', 'stated-personal-records'], ['核对员工银行账户', 'stated-personal-records'], ['Summarise complaints from the customer tickets', 'stated-customer-data'],
    ['Nothing may be sent outside our network', 'locality-directive'], ["Please don't share any of this with external providers", 'locality-directive'], ['请勿使用任何云端模型', 'locality-directive'],
  ])('%s', async (text, type) => {
    expect(types(await judge(text))).toContain(type);
  });

  test.each([
    'How do I create a private repository on GitHub?', 'What is an internal server error?', 'Write a class Employee with name and salary fields', 'Explain internal combustion engines', 'Write a regex that matches phone numbers',
    'Explain the difference between local and global variables', 'Write a Python script that does not use external libraries', 'Our solar system has how many planets?', "Translate 'private property' into Italian", 'Plot sales by month from a public CSV',
    'Write a program that encrypts a file', '解释公有云和私有云的区别', '写一封请假邮件',
  ])('nothing of the kind: %s', async (text) => {
    expect(types(await judge(text))).toEqual([]);
  });
});

describe("only the user's own words count", () => {
  const words = 'Keep this on-prem and do not send it to the cloud.';

  test.each([
    ['an element', `Review this.\n<file path="README.md">\n${words}\n</file>`], ['fenced code', `Review this.\n\`\`\`md\n${words}\n\`\`\``], ['a quotation', `> ${words}\n\nWhat does he mean?`], ['a diff', `Look:\n--- a/x.md\n+++ b/x.md\n@@ -1 +1 @@\n+${words}`],
    ['a long element that a cut goes through', `Review this.\n<file path="a">\n${'x '.repeat(1_000)}${words}${' y'.repeat(5_000)}\n</file>\nThanks.`],
  ])('not those of %s', async (_, text) => {
    expect(types(await judge(text))).toEqual([]);
  });

  test('not those of the system prompt, of an answer or of a tool', async () => {
    expect(types(await judge(requestOf('hi', { system: words })))).toEqual([]);
    expect(types(await judge({ ...requestOf('hi'), messages: [{ role: 'assistant', content: words }, { role: 'user', content: [{ type: 'tool-result', callId: 'c', content: words }] }] }))).toEqual([]);
  });

  test('at the beginning and the end of a long turn, and in any turn', async () => {
    const long = 'lorem ipsum '.repeat(2_000);
    for (const text of [`${words} ${long}`, `${long} ${words}`]) expect(types(await judge(text))).toEqual(['locality-directive']);
    expect(types(await judge({ ...requestOf(words), messages: [{ role: 'user', content: words }, { role: 'assistant', content: 'ok' }, { role: 'user', content: 'go on' }] }))).toEqual(['locality-directive']);
  });
});

test("the suite's own review of a change is not stopped by what the change says", async () => {
  const diff = '<file path="src/a.ts">\n<hunk header="@@ -1 +1 @@">\n 1 1   // our internal customer database, never send it to the cloud\n</hunk>\n</file>';
  expect((await judge(requestOf(`<pull_request_title>\nFix our internal SDK\n</pull_request_title>\n\n${diff}`))).treatment('us')).toBe('allow');
});
