import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Agent, Operation } from '../../../agent-runtime/src/agents/agent.ts';
import { createRegistry } from '../../../agent-runtime/src/agents/registry.ts';

const operation = (name: string): Operation<{ size: number }, { done: boolean }> => ({
  name, title: name, description: `Does ${name}.`,
  inputSchema: z.strictObject({ size: z.number().default(1) }), resultSchema: z.object({ done: z.boolean() }),
  run: async () => ({ done: true }),
});
const agent = (name: string, ...operations: string[]): Agent => ({
  name, title: name, description: `Is ${name}.`, operations: operations.map(operation),
});

describe('the registry of agents', () => {
  const registry = createRegistry([agent('cook', 'boil', 'bake'), agent('driver', 'drive')]);

  test('finds an operation by the names of agent and operation', () => {
    expect(registry.find('cook', 'bake')).toMatchObject({ name: 'bake' });
  });

  test('names what there is when it does not', () => {
    expect(() => registry.find('pilot', 'fly')).toThrow(expect.objectContaining({ code: 'unknown_agent', message: expect.stringContaining('cook, driver') }));
    expect(() => registry.find('cook', 'drive')).toThrow(expect.objectContaining({ code: 'unknown_agent', message: expect.stringContaining('boil, bake') }));
    expect(() => registry.find('toString', 'bind')).toThrow(expect.objectContaining({ code: 'unknown_agent' }));
  });

  test('describes inputs as they are given and results as they come', () => {
    const [cook] = registry.describe();
    expect(cook?.operations[0]).toMatchObject({
      inputSchema: { type: 'object', properties: { size: { type: 'number', default: 1 } }, additionalProperties: false },
      outputSchema: { type: 'object', required: ['done'] },
    });
    expect(cook?.operations[0]?.inputSchema).not.toHaveProperty('required');
  });

  test('refuses two of one name', () => {
    expect(() => createRegistry([agent('cook'), agent('cook')])).toThrow('Two agents are named cook.');
    expect(() => createRegistry([agent('cook', 'boil', 'boil')])).toThrow('two operations named boil');
  });
});
