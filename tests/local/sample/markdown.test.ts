import { expect, test } from '@jest/globals';
import { markdown } from '../../../local/sample/markdown.mjs';

test.each([
  ['<img src=x onerror=alert(1)>'],
  ['<details onclick="alert(1)">'],
  ['`<script>alert(1)</script>`'],
  ['| <script>alert(1)</script> |\n| --- |'],
  ['```suggestion\n<script>alert(1)</script>\n```'],
  ['[click](javascript:alert(1))'],
])('%j stays text', (source) => {
  expect(markdown(source)).not.toMatch(/<(img|script|a|details)\b/i);
});

test('a review reads as one', () => {
  const html = markdown('### Changes\n\n| Severity | Place |\n| --- | --- |\n| high | `a.ts`:3 |\n\n- one\n- **two**\n\n```suggestion\nconst a = 1;\n```\n\n<!-- marker --><details><summary>More</summary>\n\ntext\n\n</details>');
  for (const part of ['<h3>Changes</h3>', '<td>high</td><td><code>a.ts</code>:3</td>', '<li><b>two</b></li>', '<pre>const a = 1;</pre>', '<details><summary>More</summary>', '<p>text</p>', '</details>']) {
    expect(html).toContain(part);
  }
  expect(html).not.toMatch(/---|marker/);
});
