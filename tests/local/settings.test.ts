import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defaultDataFolder } from '../../local/folders.mjs';
import { readSettings } from '../../local/settings.mjs';

let folder: string;
const envFile = () => path.join(folder, '.env');

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'aios-settings-'));
  writeFileSync(envFile(), 'AIOS_PORT=9001\nN8N_PORT=9002\nANTHROPIC_API_KEY="from file"\nN8N_LOG_LEVEL=debug\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('an option wins over the environment, the environment over .env', () => {
  expect(readSettings([], {}, envFile())).toMatchObject({ runtimePort: 9001, n8nPort: 9002, samplePort: 8710 });
  expect(readSettings([], { AIOS_PORT: '9100' }, envFile()).runtimePort).toBe(9100);
  expect(readSettings(['--port', '9200'], { AIOS_PORT: '9100' }, envFile()).runtimePort).toBe(9200);
});

test('an empty data folder counts as not given', () => {
  expect(readSettings(['--data', ''], { AIOS_LOCAL_DATA: '' }, envFile()).dataFolder).toBe(defaultDataFolder);
  expect(readSettings(['--data', ''], { AIOS_LOCAL_DATA: folder }, envFile()).dataFolder).toBe(folder);
});

test('keys go to the runtime and never to n8n', () => {
  const { runtimeEnvironment, n8nEnvironment } = readSettings([], { GITHUB_TOKEN: 'g', PATH: '/bin' }, envFile());
  expect(runtimeEnvironment).toMatchObject({ ANTHROPIC_API_KEY: 'from file', GITHUB_TOKEN: 'g', PATH: '/bin' });
  expect(n8nEnvironment).toMatchObject({ N8N_LOG_LEVEL: 'debug', PATH: '/bin' });
  expect(Object.keys(n8nEnvironment)).not.toContain('ANTHROPIC_API_KEY');
  expect(Object.keys(n8nEnvironment)).not.toContain('GITHUB_TOKEN');
  expect(Object.keys(runtimeEnvironment)).not.toContain('N8N_LOG_LEVEL');
});

test('a check always reviews the sample', () => {
  expect(readSettings(['--check', '--no-demo'], {}, envFile())).toMatchObject({ check: true, demo: true });
  expect(readSettings(['--no-demo'], {}, envFile())).toMatchObject({ check: false, demo: false });
});

test.each([
  [['--port', 'eighty'], {}, /--port \(AIOS_PORT\) is "eighty"/],
  [[], { N8N_PORT: '70000' }, /N8N_PORT/],
  [['--loud'], {}, /--loud/],
  [[], { WEBHOOK_URL: 'my tunnel' }, /WEBHOOK_URL/],
])('%j %j is refused by name', (parameters, environment, message) => {
  expect(() => readSettings(parameters, environment, envFile())).toThrow(message);
});
