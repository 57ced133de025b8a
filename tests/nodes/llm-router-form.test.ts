import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import type { INodeProperties, ISupplyDataFunctions } from 'n8n-workflow';
import { isClosed, problemBySchema } from '../../nodes/LlmRouter/json-schema.ts';
import { LlmRouter } from '../../nodes/LlmRouter/LlmRouter.node.ts';
import { failedAttempt } from '../../nodes/LlmRouterChatModel/failed-attempt.ts';
import { LlmRouterChatModel } from '../../nodes/LlmRouterChatModel/LlmRouterChatModel.node.ts';
import { ROUTING_NAMES, routingHeaders } from '../../nodes/shared/routing.ts';

const inner = (property: INodeProperties): INodeProperties[] => (property.type === 'collection' ? property.options as INodeProperties[] : []);

describe.each([['LlmRouter', new LlmRouter().description], ['LlmRouterChatModel', new LlmRouterChatModel().description]])('the form of %s', (name, description) => {
  const shown = description.properties.flatMap((property) => [property, ...inner(property)]);

  test('every parameter has help, of its own or at each of its choices', () => {
    for (const parameter of shown.filter(({ type }) => type !== 'collection')) {
      const choices = parameter.type === 'options' ? (parameter.options ?? []) as Array<{ description?: string }> : [];
      expect([parameter.name, Boolean(parameter.description) || (choices.length > 0 && choices.every((choice) => Boolean(choice.description)))]).toEqual([parameter.name, true]);
    }
  });

  test('errors name parameters as the form does', () => {
    for (const displayName of Object.values(ROUTING_NAMES)) expect(shown.some((parameter) => parameter.displayName.startsWith(displayName))).toBe(true);
  });

  test.each(['router', 'LLM', 'model'])('is found by "%s"', async (word) => {
    const codex = JSON.parse(await readFile(new URL(`../../nodes/${name}/${name}.node.json`, import.meta.url), 'utf8')) as { alias: string[]; node: string };
    expect(codex.alias).toContain(word);
    expect(codex.node).toBe(`n8n-nodes-aios.${description.name}`);
  });
});

describe('the headers of a call', () => {
  test('leave out what is not set, and hold names in UTF-8', () => {
    const headers = routingHeaders({ model: 'auto', session: 'a\nb', costLimitUsd: 0.0000001 }, { agent: 'Übersicht', workflow: undefined });
    expect(Object.keys(headers).sort()).toEqual(['x-aios-agent', 'x-aios-cost-limit-usd', 'x-aios-session']);
    expect(Buffer.from(headers['x-aios-agent']!, 'latin1').toString('utf8')).toBe('Übersicht');
    expect(headers).toMatchObject({ 'x-aios-session': 'a b', 'x-aios-cost-limit-usd': '0.0000001' });
  });

  test('cut a name that is too long between its characters', () => {
    const { 'x-aios-workflow': name } = routingHeaders({ model: 'auto' }, { agent: 'a', workflow: `${'a'.repeat(199)}🚀` });
    expect(name).toBe('a'.repeat(199));
  });
});

describe('checking an answer by its schema', () => {
  const price = { $ref: '#/$defs/price' };
  const schema = {
    type: 'object', required: ['items'], additionalProperties: false, $defs: { price: { type: 'number', exclusiveMinimum: 0 } },
    properties: {
      items: { type: 'array', minItems: 1, items: { type: 'object', required: ['name'], properties: { name: { type: 'string', pattern: '^[A-Z]' }, price } } },
      note: { anyOf: [{ type: 'string', maxLength: 5 }, { type: 'null' }] },
    },
  };

  test.each([
    [{ items: [{ name: 'A', price: 1 }], note: null }, undefined],
    [{ items: [{ name: 'A', more: 1 }], note: 'short' }, undefined],
    [[], 'must be an object'],
    [{}, 'lacks "items"'],
    [{ items: [] }, 'items: must be at least 1 entries'],
    [{ items: [{ name: 'a' }] }, 'items[0].name: must match ^[A-Z]'],
    [{ items: [{ name: 'A', price: 0 }] }, 'items[0].price: must be above 0'],
    [{ items: [{ name: 'A' }], note: 'too long' }, 'note: must be at most 5 characters'],
    [{ items: [{ name: 'A' }], other: 1 }, 'other: must not be there'],
  ])('%j: %s', (value, problem) => {
    expect(problemBySchema(value, schema, schema)).toBe(problem);
  });

  test('a schema is held to the letter by providers only where every object of it is closed', () => {
    expect(isClosed(schema)).toBe(false);
    expect(isClosed({ type: 'object', properties: { type: { type: 'string' } }, required: ['type'], additionalProperties: false })).toBe(true);
    expect(isClosed({ type: 'object', properties: { a: { type: 'string' } }, required: [], additionalProperties: false })).toBe(false);
  });
});

describe('a call of the chat model that failed', () => {
  const context = { getNode: () => ({ name: 'LLM Router Chat Model' }) } as unknown as ISupplyDataFunctions;
  const attempt = failedAttempt(context, 'http://127.0.0.1:8700');
  const thrownBy = (error: unknown): unknown => {
    try {
      attempt(error);
    } catch (thrown) {
      return thrown;
    }
    return undefined;
  };

  test('is tried again only while the runtime cannot be reached', () => {
    const refused = { message: 'Connection error.', cause: { message: 'fetch failed', cause: { code: 'ECONNREFUSED' } } };
    expect(thrownBy({ ...refused, retriesLeft: 1 })).toBeUndefined();
    expect(thrownBy({ ...refused, retriesLeft: 0 })).toMatchObject({
      message: 'The agent runtime cannot be reached at http://127.0.0.1:8700', description: expect.stringContaining('Nothing listens there. Start the runtime'),
    });
  });

  test('says what the runtime said, at the model, and is final', () => {
    const error = { code: 'budget_exceeded', message: 'The budget "team" is used up until tomorrow.', type: 'insufficient_quota', param: null };
    expect(thrownBy({ status: 402, error, retriesLeft: 2 })).toMatchObject({
      message: error.message, functionality: 'configuration-node', description: expect.stringContaining('budget_exceeded'),
    });
  });

  test('by a person who stopped the execution is left as it is', () => {
    const stop = { name: 'AbortError', message: 'Aborted' };
    expect(thrownBy(stop)).toBe(stop);
  });
});
