import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeSecrets, nameFolder, problemsOf } from '../../deploy/secrets.mjs';

let folder: string;
beforeEach(() => { folder = path.join(mkdtempSync(path.join(tmpdir(), 'aios-secrets-')), 'secrets'); });
afterEach(() => rmSync(path.dirname(folder), { recursive: true, force: true }));
const all = () => Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));

test('secrets are made that pass the check, in a folder of the owner alone', () => {
  expect(makeSecrets(folder)).toHaveLength(20);
  expect(problemsOf(folder)).toEqual([]);
  if (process.platform !== 'win32') expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
});

test('no two of them are alike, and addresses carry the passwords', () => {
  makeSecrets(folder);
  const secrets = all();
  expect(new Set(Object.values(secrets)).size).toBe(20);
  expect(new URL(secrets.postgres_url!).password).toBe(secrets.postgres_aios_password);
  expect(new URL(secrets.rabbitmq_url!).password).toBe(secrets.rabbitmq_password);
  expect(new URL(secrets.redis_url!).password).toBe(secrets.redis_password);
  expect(secrets.rabbitmq_conf).toBe(`default_user = aios\ndefault_pass = ${secrets.rabbitmq_password}\n`);
  expect(secrets.runtime_api_keys).toBe(`n8n:${secrets.runtime_api_key}`);
});

test('a second run keeps what is there and makes what is missing', () => {
  makeSecrets(folder);
  const before = all();
  expect(makeSecrets(folder)).toEqual([]);
  rmSync(path.join(folder, 'redis_url'));
  expect(makeSecrets(folder)).toEqual(['redis_url']);
  expect(all()).toEqual(before);
});

test.each([
  ['qdrant_api_key', 'changeme-changeme-changeme', 'qdrant_api_key holds a well-known word, not a secret'],
  ['objects_root_password', 'minioadmin', 'objects_root_password holds a well-known word, not a secret'],
  ['rabbitmq_conf', 'default_user = guest\ndefault_pass = guest\n', 'rabbitmq_conf holds a well-known word, not a secret'],
  ['redis_password', 'a1b2c3', 'redis_password is shorter than 16 characters'],
  ['redis_password', 'changemechangeme', 'redis_password has fewer than 8 different characters and can be guessed'],
  ['s3_secret_key', 'minioadminminioadmin', 's3_secret_key has fewer than 8 different characters and can be guessed'],
  ['n8n_encryption_key', ' \n', 'n8n_encryption_key is empty'],
])('%s = %j is refused without its value', (name, value, problem) => {
  makeSecrets(folder);
  writeFileSync(path.join(folder, name), value);
  expect(problemsOf(folder)).toEqual([problem]);
});

test('what is missing is named', () => {
  expect(problemsOf(folder)).toHaveLength(20);
  makeSecrets(folder);
  rmSync(path.join(folder, 's3_secret_key'));
  expect(problemsOf(folder)).toEqual(['s3_secret_key is missing']);
});

test('the folder is named in .env once, beside what is there', () => {
  const env = path.join(path.dirname(folder), '.env');
  writeFileSync(env, 'GITHUB_TOKEN=x');
  nameFolder(env, './deploy/secrets');
  nameFolder(env, './deploy/secrets');
  expect(readFileSync(env, 'utf8')).toBe('GITHUB_TOKEN=x\nSECRETS_FOLDER=./deploy/secrets\n');
});
