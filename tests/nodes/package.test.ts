import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { AiosRuntimeApi } from '../../credentials/AiosRuntimeApi.credentials.ts';
import { CtoAgent } from '../../nodes/CtoAgent/CtoAgent.node.ts';
import { PARAMETER_NAMES } from '../../nodes/CtoAgent/task.ts';

const json = async (path: string) => JSON.parse(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')) as Record<string, unknown>;
const { description } = new CtoAgent();

describe('the form', () => {
  test('every parameter has help, of its own or at each of its choices', () => {
    const parameters = description.properties.flatMap((property) => (property.type === 'collection' ? property.options ?? [] : [property]));
    for (const parameter of parameters) {
      const choices = 'type' in parameter && parameter.type === 'options' ? parameter.options ?? [] : [];
      const explained = [parameter, ...choices].map((part) => 'description' in part && Boolean(part.description));
      expect([parameter.name, explained[0] || (choices.length > 0 && explained.slice(1).every(Boolean))]).toEqual([parameter.name, true]);
    }
  });

  test.each(['cto', 'review', 'pull request'])('is found by "%s"', async (word) => {
    const codex = await json('nodes/CtoAgent/CtoAgent.node.json');
    expect(codex.alias).toContain(word);
  });

  test('errors name parameters as the form does', () => {
    const shown = new Set(description.properties.flatMap((property) =>
      [property, ...property.type === 'collection' ? property.options ?? [] : []].map((shownProperty) => ('displayName' in shownProperty ? shownProperty.displayName : ''))));
    for (const name of Object.values(PARAMETER_NAMES)) expect([...shown].some((displayName) => displayName.startsWith(name))).toBe(true);
  });

  test('an expression never holds two closing braces inside', () => {
    for (const property of description.properties) {
      if (typeof property.default === 'string' && property.default.startsWith('=')) expect(property.default.match(/\}\}/g)).toHaveLength(1);
    }
  });
});

test('the node uses the credential of this package', () => {
  expect(description.credentials).toEqual([{ name: new AiosRuntimeApi().name, required: true, testedBy: 'testConnection' }]);
});

describe.each(['review-pull-request', 'try-pull-request-review', 'compare-models', 'report-llm-spend'])('the template %s', (name) => {
  interface Template {
    readonly id: string;
    readonly active: boolean;
    readonly nodes: ReadonlyArray<{ name: string; type: string; credentials?: Record<string, { id: null; name: string }> }>;
    readonly connections: Record<string, { main: Array<Array<{ node: string }>> }>;
  }

  test('links credentials by name, connects nodes that exist, and is not active', async () => {
    const template = await json(`workflows/${name}.json`) as unknown as Template;
    expect(template.active).toBe(false);
    const names = new Set(template.nodes.map((node) => node.name));
    for (const [from, { main }] of Object.entries(template.connections)) {
      for (const to of main.flat()) expect([names.has(from), names.has(to.node)]).toEqual([true, true]);
    }
    const credentials = template.nodes.flatMap((node) => Object.values(node.credentials ?? {}));
    for (const credential of credentials) expect(credential).toEqual({ id: null, name: expect.stringMatching(/^(AIOS Runtime|GitHub|Linear|Slack)$/) });
    expect(JSON.stringify(template)).not.toContain('staticData');
  });

  test('has a note that says what to fill in', async () => {
    const template = await json(`workflows/${name}.json`) as unknown as Template;
    const notes = template.nodes.filter((node) => node.type === 'n8n-nodes-base.stickyNote');
    expect(notes.map((note) => note.name)).toContain('What to Fill In');
  });
});
