import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { VARIABLES } from '../../agent-runtime/src/config.ts';
import { rootFolder } from '../../local/folders.mjs';

const read = (name: string) => readFileSync(path.join(rootFolder, name), 'utf8');

describe.each(['README.md', 'CONTRIBUTING.md'])('%s', (name) => {
  test('links only to what is there', () => {
    const links = [...read(name).matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '').filter((link) => !link.includes('://'));
    expect(links.filter((link) => !existsSync(path.join(rootFolder, link)))).toEqual([]);
  });

  test('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(name).matchAll(/npm (?:run ([\w:]+)|(start|test)\b)/g)].map((match) => match[1] ?? match[2] ?? '');
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

test('.env.example has every setting of the runtime and of npm start, with a line that says what it is', () => {
  const text = read('.env.example');
  const described = [...text.matchAll(/^#([A-Z0-9_]+)=/gm)].map((match) => match[1] ?? '');
  const ofStart = ['N8N_PORT', 'AIOS_SAMPLE_PORT', 'AIOS_LOCAL_DATA', 'WEBHOOK_URL'];
  expect([...described].sort()).toEqual([...VARIABLES.filter((variable) => !variable.endsWith('_FILE')), ...ofStart].sort());
  for (const variable of VARIABLES.filter((name) => name.endsWith('_FILE'))) {
    expect(text).toMatch(new RegExp(`\\(file\\)\\n#${variable.replace(/_FILE$/, '')}=`));
  }
});
