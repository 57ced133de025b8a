import { expect, test } from '@jest/globals';
import { parseDiff } from '../../../agent-runtime/src/review/diff.ts';
import { scanChange } from '../../../agent-runtime/src/review/scan.ts';
import { addedFile } from './review-change.ts';

const files = parseDiff(Array.from({ length: 500 }, (_, index) => addedFile(`src/${index}.ts`, [`const x = ${index};`])).join(''));

test('the scan of many files lets other work in between, which can stop it', async () => {
  const change = { title: '', description: '', files };
  // Loads the scanner, which lets others in as well.
  await scanChange({ ...change, files: files.slice(0, 1) }, new AbortController().signal);
  const controller = new AbortController();
  const scan = scanChange(change, controller.signal);
  setImmediate(() => controller.abort(new Error('stopped on the way')));
  await expect(scan).rejects.toThrow('stopped on the way');
});

test('a secret over many lines keeps the number of lines', async () => {
  const key = [`-----BEGIN RSA ${'PRIVATE'} KEY-----`, ...Array.from({ length: 3 }, () => 'MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn'.padEnd(64, 'x')), `-----END RSA ${'PRIVATE'} KEY-----`];
  const [file] = (await scanChange({ title: '', description: '', files: parseDiff(addedFile('src/a.ts', ['first', ...key, 'last'])) }, new AbortController().signal)).files;
  expect(file!.scan.secrets).toMatchObject([{ hunkIndex: 0, lineIndex: 1 }]);
  expect(file!.file.hunks[0]!.lines.map((line) => line.text)).toEqual(['first', ...key.map(() => '[secret removed]'), 'last']);
});
