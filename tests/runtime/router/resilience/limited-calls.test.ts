import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Model, ModelRequest } from '../../../../agent-runtime/src/providers/model.ts';
import { createOfflineModel } from '../../../../agent-runtime/src/providers/offline/model.ts';
import { limitCalls } from '../../../../agent-runtime/src/router/resilience/limited-calls.ts';
import { createEmbeddedState } from '../../../../agent-runtime/src/stores/state/embedded.ts';
import type { State } from '../../../../agent-runtime/src/stores/state/state.ts';

const request: ModelRequest = { purpose: 'test', system: '', messages: [{ role: 'user', content: 'Hi' }], maxOutputTokens: 10 };
const limit = { name: 'endpoint:test', limit: 2 };
const { signal } = new AbortController();

let folder: string;
let states: State[];
let events: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aios-limited-'));
  states = [];
  events = [];
});
afterEach(async () => {
  await Promise.all(states.map((state) => state.close()));
  await rm(folder, { recursive: true });
});

/** As a process of its own has it: the offline model, as slow as the test wants. */
function process(slow: () => Promise<unknown>, waitMs?: number): Model {
  const state = createEmbeddedState({ folder });
  states.push(state);
  const model = createOfflineModel();
  const slowModel: Model = {
    ...model,
    async generate(...parameters) {
      await slow();
      return model.generate(...parameters);
    },
    async *stream(...parameters) {
      await slow();
      yield* model.stream(...parameters);
    },
  };
  return limitCalls(slowModel, { limits: state.limits, limit, log: (event) => events.push(event), ...waitMs !== undefined && { waitMs } });
}

test('no more calls are under way at once than the limit, in all processes together, streamed or not', async () => {
  let now = 0;
  let most = 0;
  const slow = async () => {
    most = Math.max(most, ++now);
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    now -= 1;
  };
  const [one, other] = [process(slow), process(slow)];
  const streamed = async (model: Model) => {
    for await (const part of model.stream(request, { signal })) if (part.type === 'end') return part.response.text;
    return null;
  };
  const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => {
    const model = index % 2 === 0 ? one : other;
    return index % 3 === 0 ? streamed(model) : model.generate(request, { signal }).then(({ text }) => text);
  }));
  expect(answers.every((text) => text !== null && text !== '')).toBe(true);
  expect(most).toBe(2);
});

test('a call that finds no place in time fails as one that another model can be tried for, and an abort ends the wait', async () => {
  const hold = Promise.withResolvers<void>();
  const model = process(() => hold.promise, 50);
  const under = [model.generate(request, { signal }), model.generate(request, { signal })];
  while (await states[0]!.limits.count(limit.name) < 2) await new Promise(setImmediate);
  await expect(model.generate(request, { signal })).rejects.toMatchObject({ code: 'model_rate_limited', kind: 'operational', retryAfterMs: expect.any(Number) });
  const patient = process(() => hold.promise, 60_000);
  const abort = new AbortController();
  const waiting = patient.generate(request, { signal: abort.signal });
  abort.abort();
  await expect(waiting).rejects.toThrow();
  hold.resolve();
  await Promise.all(under);
});

test('a reader that leaves a stream gives its place back', async () => {
  const model = process(async () => undefined);
  for (let call = 0; call < 5; call += 1) for await (const _part of model.stream(request, { signal })) break;
  while (await states[0]!.limits.count(limit.name) > 0) await new Promise(setImmediate);
});

test('calls go on where the limits cannot be asked', async () => {
  const model = process(async () => undefined);
  await states.pop()!.close();
  expect((await model.generate(request, { signal })).finishReason).toBe('stop');
  expect(events).toContain('call-limit-not-asked');
});
