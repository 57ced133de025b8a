import { beforeEach, expect, test } from '@jest/globals';
import { NO_USAGE } from '../../../../agent-runtime/src/contract/usage.ts';
import type { Usage } from '../../../../agent-runtime/src/contract/usage.ts';
import type { CatalogueEntry } from '../../../../agent-runtime/src/router/catalogue/catalogue.ts';
import { stickySettingsSchema } from '../../../../agent-runtime/src/router/catalogue/sticky-settings.ts';
import { createSticky } from '../../../../agent-runtime/src/router/sticky.ts';
import type { Sticky } from '../../../../agent-runtime/src/router/sticky.ts';
import { candidate, counted, entry } from '../candidates.ts';

const MINUTE = 60_000;
let now = 0;
let settings = stickySettingsSchema.parse({});
let sticky: Sticky;

beforeEach(() => {
  now = 0;
  settings = stickySettingsSchema.parse({});
  sticky = createSticky({ settings: () => settings, now: () => now });
});

const dear = entry('dear', { price: [3, 15] });
const cheap = entry('cheap', { price: [1, 5] });
const local = entry('local', { price: 'free' });

/** `cheap` first by the policy. */
const ordered = (promptTokens = 20_000, first: CatalogueEntry = cheap, ...others: CatalogueEntry[]) => [first, ...others, dear].map((model, score) => ({
  candidate: candidate(model, { maxOutputTokens: 400 }, counted(promptTokens)), score, quality: null, suffices: true,
}));
const cached = (tokens: number, more: Partial<Usage> = {}): Usage => ({ ...NO_USAGE, input: 100, cacheRead: tokens, output: 200, ...more });
const remember = (usage: Usage, session = 's') => sticky.remember('n8n', session, 'house/dear', usage);
const keep = (list = ordered(), session = 's', tenant = 'n8n') => sticky.keep(tenant, session, list);

test('a conversation stays while its cache is worth more than switching saves', () => {
  remember(cached(20_000));
  // 20,000 tokens: here 0.1 of the rate, there the rate and the write to the cache; 100 tokens of output a third as dear there.
  const kept = keep();
  expect(kept).toMatchObject({ keptModel: 'house/dear' });
  expect(kept!.savingUsd).toBeCloseTo((20_000 * 2 + 100 * 10) / 1e6, 12);
  expect(kept!.lossUsd).toBeCloseTo((20_000 * (3 - 0.3) + 20_000 * 0.25) / 1e6, 12);
});

test('it leaves when little of the prompt is cached', () => {
  remember(cached(2_000));
  expect(keep()).toBeNull();
});

test('it leaves for a model that costs nothing', () => {
  remember(cached(20_000));
  expect(keep(ordered(20_000, local))).toBeNull();
});

test('what was written to the cache counts as what was read from it', () => {
  remember(cached(0, { cacheWrite5m: 12_000, cacheWrite1h: 8_000 }));
  expect(keep()).toMatchObject({ keptModel: 'house/dear' });
});

test('where a provider caches by itself, the whole prompt is in its cache', () => {
  const price = { status: 'known', inputPerMillion: 3, outputPerMillion: 15, cacheReadPerMillion: 0.3, cacheWrite5mPerMillion: 3, cacheWrite1hPerMillion: 3 } as const;
  const bySelf = entry('dear', { price });
  const list = [cheap, bySelf].map((model, score) => ({ candidate: candidate(model, { maxOutputTokens: 400 }, counted(20_000)), score, quality: null, suffices: true }));
  remember({ ...NO_USAGE, input: 20_000, output: 200 });
  expect(keep(list)).toMatchObject({ keptModel: 'house/dear' });
  remember({ ...NO_USAGE, input: 1_000, output: 200 });
  expect(keep(list)).toBeNull();
});

test('no more than this prompt can come from the cache', () => {
  remember(cached(900_000));
  expect(keep(ordered(5_000))!.lossUsd).toBeLessThan(0.015);
});

test('the cache is forgotten five minutes after its last use, and one of an hour after an hour', () => {
  remember(cached(20_000));
  now += 5 * MINUTE - 1;
  expect(keep()).not.toBeNull();
  now += 1;
  expect(keep()).toBeNull();

  remember(cached(0, { cacheWrite1h: 20_000 }));
  now += 50 * MINUTE;
  expect(keep()).not.toBeNull();
  remember(cached(20_000));
  now += 50 * MINUTE;
  expect(keep()).not.toBeNull();
  now += 10 * MINUTE;
  expect(keep()).toBeNull();
});

test('idleMinutes can only shorten that', () => {
  settings = stickySettingsSchema.parse({ idleMinutes: 2 });
  remember(cached(20_000));
  now += 2 * MINUTE;
  expect(keep()).toBeNull();
});

test('a model that was dropped, does not suffice or is first anyway is not kept', () => {
  remember(cached(20_000));
  expect(keep(ordered().slice(0, 1))).toBeNull();
  expect(keep(ordered().map((ranked) => ({ ...ranked, suffices: false })))).toBeNull();
  expect(keep(ordered().toReversed())).toBeNull();
});

test('a price that is not known keeps nothing', () => {
  remember(cached(20_000));
  expect(keep(ordered(20_000, entry('odd', { price: 'unknown' })))).toBeNull();
});

test('conversations and tenants are kept apart', () => {
  remember(cached(20_000));
  expect(keep(ordered(), 'other')).toBeNull();
  expect(keep(ordered(), 's', 'ci')).toBeNull();
});

test('a conversation that moved is no longer kept where it was', () => {
  remember(cached(20_000));
  sticky.remember('n8n', 's', 'house/cheap', cached(20_000));
  expect(keep()).toBeNull();
});

test('the conversations that were used longest ago are forgotten beyond the limit', () => {
  settings = stickySettingsSchema.parse({ maxSessions: 2 });
  remember(cached(20_000), 'a');
  remember(cached(20_000), 'b');
  remember(cached(20_000), 'a');
  remember(cached(20_000), 'c');
  expect(['a', 'b', 'c'].map((session) => keep(ordered(), session) !== null)).toEqual([true, false, true]);
});

test('switched off, it keeps and remembers nothing', () => {
  remember(cached(20_000));
  settings = stickySettingsSchema.parse({ enabled: false });
  expect(keep()).toBeNull();
  remember(cached(20_000), 'b');
  settings = stickySettingsSchema.parse({});
  expect(keep(ordered(), 'b')).toBeNull();
});
