import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decisionSchema, filterNameSchema, type Decision } from '../../../../agent-runtime/src/contract/decision.ts';
import { dataLocationSchema, privacyClassSchema, privacyTreatmentSchema } from '../../../../agent-runtime/src/contract/privacy.ts';
import { modelPolicySchema } from '../../../../agent-runtime/src/contract/task.ts';
import { costSchema } from '../../../../agent-runtime/src/contract/usage.ts';
import { decisionRow } from '../../../../agent-runtime/src/stores/records/sql/routing-keep.ts';
import { readDecision } from '../../../../agent-runtime/src/stores/records/sql/decision-text.ts';

const orNull = <Value>(one: fc.Arbitrary<Value>) => fc.option(one, { nil: null });
const fromEnum = <Value>({ options }: { readonly options: readonly Value[] }) => fc.constantFrom(...options);
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const amount = fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const tokens = fc.nat({ max: 1e9 });
const usage = fc.record({ input: tokens, cacheRead: tokens, cacheWrite5m: tokens, cacheWrite1h: tokens, output: tokens, reasoning: tokens });
const cost = { costUsd: orNull(amount), costStatus: fromEnum(costSchema.shape.costStatus) };
const decisions: fc.Arbitrary<Decision> = fc.record({
  ...cost, id: text, at: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
  purpose: text, policy: fromEnum(modelPolicySchema), pinnedModel: orNull(text),
  scope: fc.record({ tenant: text, team: text, agent: text, workflow: text, task: text }, { requiredKeys: ['tenant'] }),
  outcome: fromEnum(decisionSchema.shape.outcome), errorCode: orNull(text), model: orNull(text), reason: text,
  candidates: fc.array(fc.record({
    model: text, location: fromEnum(dataLocationSchema), price: fc.constantFrom('known' as const, 'free' as const, 'unknown' as const),
    droppedBy: orNull(fromEnum(filterNameSchema)), reason: orNull(text), treatment: fromEnum(privacyTreatmentSchema), expectedUsd: orNull(amount),
    worstCaseUsd: orNull(amount), latencyMs: orNull(amount), quality: orNull(share), score: orNull(amount),
  }), { maxLength: 3 }),
  privacy: fc.record({
    class: fromEnum(privacyClassSchema), findings: fc.array(fc.record({ type: text, count: fc.integer({ min: 1 }) }), { maxLength: 2 }), redacted: fc.boolean(),
  }),
  need: orNull(share), sticky: orNull(fc.record({ session: text, keptModel: text, savingUsd: amount, lossUsd: amount })),
  experiment: orNull(fc.record({ id: text, arm: text, shadow: fc.boolean() })), cache: fromEnum(decisionSchema.shape.cache),
  budgets: fc.array(fc.record({ id: text, period: text, remainingUsd: amount, cheapened: fc.boolean() }), { maxLength: 3 }),
  attempts: fc.array(fc.record({
    ...cost, model: text, endpoint: text, startedMs: amount, durationMs: amount, firstTokenMs: orNull(amount), usage, errorCode: orNull(text), hedge: fc.boolean(),
  }), { maxLength: 3 }),
  usage, expectedUsd: orNull(amount), durationMs: amount, firstTokenMs: orNull(amount),
});

test('whatever a decision holds, its row says it all', () => {
  fc.assert(fc.property(decisions, (decision) => {
    expect(readDecision(decisionRow(decision))).toStrictEqual(decisionSchema.parse(decision));
  }), { numRuns: 500 });
});

test('a decision that an earlier version has written is read too', () => {
  fc.assert(fc.property(decisions, (decision) => {
    expect(readDecision({ ...decisionRow(decision), decision: JSON.stringify(decision) })).toEqual(decision);
  }), { numRuns: 50 });
});
