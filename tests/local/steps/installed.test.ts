import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { whyNotInstalled } from '../../../local/steps/installed.mjs';

const locked = {
  '': { version: '1.0.0' },
  'node_modules/a': { version: '1.2.3', integrity: 'sha512-a' },
  'node_modules/a/node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
  'node_modules/only-on-a-mac': { version: '3.0.0', integrity: 'sha512-c', optional: true },
  'node_modules/ours': { link: true },
};
let folder: string;

const write = (place: string, content: unknown) => {
  mkdirSync(path.dirname(path.join(folder, place)), { recursive: true });
  writeFileSync(path.join(folder, place), JSON.stringify(content));
};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'aios-installed-'));
  write('package-lock.json', { packages: locked });
  write('node_modules/a/package.json', {});
  write('node_modules/a/node_modules/b/package.json', {});
  write('node_modules/.package-lock.json', { packages: locked });
});
afterEach(() => rmSync(folder, { recursive: true }));

test('an install that matches the lock file is complete, whatever this machine does not need', () => {
  expect(whyNotInstalled(folder)).toBeNull();
});

test('nothing there', () => {
  rmSync(path.join(folder, 'node_modules'), { recursive: true });
  expect(whyNotInstalled(folder)).toBe('not installed yet');
});

test('an install that broke off has no record', () => {
  rmSync(path.join(folder, 'node_modules', '.package-lock.json'));
  expect(whyNotInstalled(folder)).toBe('an earlier install broke off');
});

test('a record that was cut', () => {
  writeFileSync(path.join(folder, 'node_modules', '.package-lock.json'), '{"packages": {');
  expect(whyNotInstalled(folder)).toBe('an earlier install broke off');
});

test('a package that was deleted', () => {
  rmSync(path.join(folder, 'node_modules', 'a', 'node_modules'), { recursive: true });
  expect(whyNotInstalled(folder)).toBe('node_modules/a/node_modules/b is damaged');
});

test('a lock file that moved on', () => {
  write('package-lock.json', { packages: { ...locked, 'node_modules/a': { version: '1.3.0', integrity: 'sha512-new' } } });
  expect(whyNotInstalled(folder)).toBe('node_modules/a is not as locked');
});
