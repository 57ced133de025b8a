import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadSecrets, preparePrivateFolder, secretsFile } from '../../../local/steps/secrets.mjs';

let folder: string;
const hash = async (password: string) => `hash of ${password.length} letters`;

beforeEach(() => { folder = path.join(mkdtempSync(path.join(tmpdir(), 'aios-secrets-')), 'data'); });
afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

test('secrets are made once and read by their owner alone', async () => {
  const first = await loadSecrets(folder, hash);
  expect(await loadSecrets(folder, hash)).toEqual(first);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(secretsFile(folder)).mode & 0o777).toBe(0o600);
  expect(first.runtimeApiKey).toHaveLength(43);
  // n8n wants a capital letter and a digit.
  expect(first.ownerPassword).toMatch(/[A-Z].*\d/);
});

test('no two installations share them', async () => {
  const first = await loadSecrets(folder, hash);
  const second = await loadSecrets(`${folder}-2`, hash);
  expect(second.runtimeApiKey).not.toBe(first.runtimeApiKey);
  expect(second.ownerPassword).not.toBe(first.ownerPassword);
});

test('a damaged file is not overwritten', async () => {
  await loadSecrets(folder, hash);
  writeFileSync(secretsFile(folder), '{');
  await expect(loadSecrets(folder, hash)).rejects.toThrow(/cannot be read/);
});

test('a folder that holds something else is refused and keeps its mode', () => {
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  writeFileSync(path.join(folder, 'thesis.txt'), '');
  expect(() => preparePrivateFolder(folder)).toThrow(expect.objectContaining({
    name: 'Failure', message: expect.stringContaining('holds something else'), advice: expect.stringContaining(path.join(folder, 'aios')),
  }));
  expect(statSync(folder).mode & 0o777).toBe(0o755);
  expect(readdirSync(folder)).toEqual(['thesis.txt']);
});

test.each([[[]], [['logs']], [['running.json', 'logs', 'n8n']], [['secrets.json', 'runtime']]])('a folder with %j becomes private', (names) => {
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  for (const name of names) writeFileSync(path.join(folder, name), '');
  preparePrivateFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder).sort()).toEqual([...names].sort());
});

test.each([['', /A file has this name/], ['inside', /A part of the path is a file/]])('a file as the folder %j is refused with advice', (below, advice) => {
  writeFileSync(folder, '');
  expect(() => preparePrivateFolder(path.join(folder, below))).toThrow(expect.objectContaining({
    name: 'Failure', message: expect.stringContaining('cannot hold the data'), advice: expect.stringMatching(advice),
  }));
});
