import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import { createDecisionLog, type DecisionLogOptions } from '../../../agent-runtime/src/router/decision-log.ts';
import { createEmbeddedRecords } from '../../../agent-runtime/src/stores/records/embedded.ts';
import type { KeptDecision, RoutingRecords } from '../../../agent-runtime/src/stores/records/routing-records.ts';
import type { Records } from '../../../agent-runtime/src/stores/records/records.ts';
import { chargeOf, decisionOf } from '../../contract/routing-records-cases.ts';

let folder: string;
let records: Records;
let events: { event: string; fields: Readonly<Record<string, unknown>> }[];
/** Sizes of the groups that the store was given. */
let groups: number[];
/** What the store does with a group before it takes it. */
let before: (group: readonly KeptDecision[]) => Promise<void> | void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aios-log-'));
  records = await createEmbeddedRecords({ folder });
  events = [];
  groups = [];
  before = () => undefined;
});
afterEach(async () => {
  await records.close();
  await rm(folder, { recursive: true });
});

function open(options: Partial<DecisionLogOptions> = {}) {
  const watched: RoutingRecords = {
    ...records.routing,
    keep: async (group) => {
      groups.push(group.length);
      await before(group);
      await records.routing.keep(group);
    },
  };
  return createDecisionLog({ records: watched, log: (event, fields) => void events.push({ event, fields }), flushMs: 5, ...options });
}

const kept = (id: string): KeptDecision => ({ decision: decisionOf(id), charges: [chargeOf()] });
const ids = (count: number) => Array.from({ length: count }, (_, index) => `d${String(index).padStart(4, '0')}`);

test('decisions are written in groups, and found before they are', async () => {
  const log = open();
  for (const id of ids(150)) log.keep(kept(id));
  expect(groups).toEqual([]);
  expect((await log.find('d0149'))!.id).toBe('d0149');
  await log.close();
  expect(groups.reduce((sum, size) => sum + size, 0)).toBe(150);
  expect(groups.length).toBeLessThanOrEqual(4);
  expect(await records.routing.list({ limit: 200 })).toHaveLength(150);
});

test('what waits is written by time alone', async () => {
  const written = Promise.withResolvers<void>();
  before = () => written.resolve();
  const log = open();
  log.keep(kept('d'));
  await written.promise;
  await log.close();
});

test('lists and reports have what was kept a moment ago', async () => {
  const log = open({ flushMs: 3_600_000 });
  log.keep(kept('d'));
  expect(await log.list({ limit: 5 })).toHaveLength(1);
  log.keep(kept('e'));
  expect(await log.spend({ from: 0, to: Number.MAX_SAFE_INTEGER, groupBy: [] })).toMatchObject([{ calls: 2 }]);
  expect(await log.saveFeedback('e', { score: 1, comment: null, at: 0 })).toBe('first');
  await log.close();
});

test('a store that fails is tried again until it takes them, each once', async () => {
  let failures = 3;
  before = () => { if (failures-- > 0) throw new AiosError('store_unavailable', 'The disk is full.'); };
  const log = open();
  for (const id of ids(70)) log.keep(kept(id));
  await expect(log.flush()).rejects.toThrow('The disk is full.');
  log.keep(kept('late'));
  await log.close();
  expect(await log.spend({ from: 0, to: Number.MAX_SAFE_INTEGER, groupBy: [] })).toMatchObject([{ calls: 71 }]);
  expect(events.map(({ event }) => event)).toEqual(['decisions-not-written', 'decisions-not-written', 'decisions-not-written']);
});

test('one that cannot be written at all is named with its cost and does not stand in the way of the others', async () => {
  before = (group) => { if (group.some(({ decision }) => decision.id === 'd0003')) throw new TypeError('It is broken.'); };
  const log = open();
  for (const id of ids(10)) log.keep(kept(id));
  await log.close();
  expect((await records.routing.list({ limit: 20 })).map(({ id }) => id)).toEqual(ids(10).filter((id) => id !== 'd0003').toReversed());
  expect(events).toEqual([{ event: 'decision-lost', fields: expect.objectContaining({
    decision: 'd0003', error: 'It is broken.', charges: [expect.objectContaining({ model: 'a/one', costUsd: 0.25 })] }) }]);
});

test('while the store does not keep up, new requests wait for room, and are refused when there is none in time', async () => {
  const open1 = Promise.withResolvers<void>();
  before = () => open1.promise;
  const log = open({ maxPending: 3, roomMs: 3_600_000 });
  for (const id of ids(3)) {
    expect(log.room()).toBeUndefined();
    log.keep(kept(id));
  }
  const room = log.room();
  expect(room).toBeInstanceOf(Promise);
  open1.resolve();
  await room;
  expect(log.room()).toBeUndefined();
  await log.close();
  const full = open({ maxPending: 0, roomMs: 1 });
  await expect(full.room()).rejects.toMatchObject({ code: 'store_unavailable' });
  await full.close();
});
