import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createProcesses } from '../../../local/processes.mjs';
import { npmInstall, withoutNpmState } from '../../../local/steps/npm.mjs';

let folder: string;
const usual = process.env.npm_execpath;

/** A program in npm's place that says something and fails. */
function npmThatFailsWith(text: string): void {
  const script = path.join(folder, 'npm-cli.js');
  writeFileSync(script, `console.error(${JSON.stringify(text)}); process.exit(1);`);
  process.env.npm_execpath = script;
}

const install = (gigabytes = 0) => npmInstall(createProcesses(), {
  folder, what: 'n8n', gigabytes, env: process.env, log: path.join(folder, 'npm.log'), say: () => {},
});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'aios-npm-'));
  writeFileSync(path.join(folder, 'package-lock.json'), '{"packages": {}}');
});
afterEach(() => {
  process.env.npm_execpath = usual;
  rmSync(folder, { recursive: true });
});

test.each([
  ['npm error code ENOSPC\nnpm error nospc There appears to be insufficient space', /the disk is full: n8n/, /Free about 4 GB/],
  ['npm error code ENOTFOUND\nnpm error network request to https://registry.example failed', /registry cannot be reached/, /needs the registry once/],
  ['npm error code EINTEGRITY', /npm could not install n8n/, /begins this step anew/],
])('%j is explained', async (text, message, advice) => {
  npmThatFailsWith(text);
  await expect(install()).rejects.toMatchObject({ message: expect.stringMatching(message), advice: expect.stringMatching(advice), log: path.join(folder, 'npm.log') });
});

test('a disk that is too small is noticed before anything is fetched', async () => {
  npmThatFailsWith('must not run');
  await expect(install(1e9)).rejects.toThrow(/has .* GB free; this install needs about/);
});

test('an npm that is started from npm is not bound to the same folder', () => {
  expect(withoutNpmState({
    PATH: '/bin', npm_config_local_prefix: '/here', npm_package_name: 'x', npm_command: 'run', npm_config_https_proxy: 'p', 'npm_config_@acme:registry': 'r',
  })).toEqual({ PATH: '/bin', npm_config_https_proxy: 'p', 'npm_config_@acme:registry': 'r' });
});
