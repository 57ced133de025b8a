import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { scriptedRouter, startWireApp } from './wire/wire-app.ts';
import type { WireApp } from './wire/wire-app.ts';

let app: WireApp;
beforeAll(async () => { app = await startWireApp(scriptedRouter()); });
afterAll(() => app.close());

const arrays = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const objects = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
/** The value of a tool's schema lies in the body, the list of tools, the tool and the schema. */
const OUTER = 4;
const bodyWith = (value: string) => `{"model":"auto","max_tokens":9,"messages":[{"role":"user","content":"Hi"}],"tools":[{"name":"t","input_schema":{"type":"object","default":${value}}}]}`;

describe('a body that is nested', () => {
  test.each([['arrays', arrays(20_000)], ['objects', objects(20_000)], ['a level too much', arrays(201 - OUTER)]])('too deeply is refused: %s', async (_, value) => {
    const answer = await app.post('/v1/messages', bodyWith(value));
    expect([answer.status, (await answer.json()).error]).toEqual([400, expect.objectContaining({
      type: 'invalid_request_error', code: 'invalid_request', message: expect.stringContaining('more than 200 levels'),
    })]);
  });

  test('is refused in the input of a tool call, and at our own endpoints', async () => {
    const use = `{"model":"auto","max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"t","input":${objects(20_000)}}]}]}`;
    expect((await app.post('/v1/messages', use)).status).toBe(400);
    const task = await app.post('/v1/tasks', `{"agent":"cto","operation":"ask","input":${objects(20_000)}}`);
    expect([task.status, await task.json()]).toEqual([400, expect.objectContaining({ code: 'invalid_request', detail: expect.stringContaining('200 levels') })]);
  });

  test.each([
    ['as deep as may be', arrays(200 - OUTER)],
    ['wide', `[${Array.from({ length: 5_000 }, () => '[{}]').join()}]`],
    ['in a text alone', JSON.stringify(arrays(5_000))],
    ['in a text with quotes and backslashes', JSON.stringify(`\\"${'{"\\'.repeat(5_000)}\\`)],
  ])('is taken: %s', async (_, value) => {
    expect((await app.post('/v1/messages', bodyWith(value))).status).toBe(200);
  });

  test('is no JSON at all as before', async () => {
    expect((await app.post('/v1/messages', '['.repeat(199))).status).toBe(400);
    expect((await app.post('/v1/messages', `"${'{'.repeat(500)}`)).status).toBe(400);
  });
});
