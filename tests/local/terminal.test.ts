import { expect, test } from '@jest/globals';
import { createTerminal, duration } from '../../local/terminal.mjs';

const output = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, columns: 60, write: (text: string) => written.push(text), text: () => written.join('') };
};

test('where nobody watches there are plain lines only', async () => {
  const out = output(false);
  const terminal = createTerminal(out, 2);
  await terminal.step('Packages', async (say) => {
    say('1 of 2\x1b[31m');
    return { note: 'installed' };
  });
  expect(out.text()).toMatch(/^\[1\/2\] Packages …\n\[1\/2\] Packages: installed \(\d\.\d s\)\n$/);
});

test('on a terminal a line lives and is cleared', async () => {
  const out = output(true);
  await createTerminal(out, 1).step('Build', async () => ({ note: 'nothing changed' }));
  expect(out.text()).toMatch(/\r\x1b\[K\[1\/1\] Build … 0\.0 s\r\x1b\[K/);
  expect(out.text()).toMatch(/\[1\/1\] Build: nothing changed \(\d\.\d s\)\n$/);
});

test('a step that fails says so and lets the failure through', async () => {
  const out = output(false);
  await expect(createTerminal(out, 1).step('n8n', async () => { throw new Error('no disk'); })).rejects.toThrow('no disk');
  expect(out.text()).toContain('[1/1] n8n: failed after');
});

test.each([[900, '0.9 s'], [42_400, '42 s'], [83_000, '1 min 23 s'], [185_000, '3 min 05 s']])('%d ms reads %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});
