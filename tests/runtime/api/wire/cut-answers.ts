import fc from 'fast-check';
import { NO_USAGE } from '../../../../agent-runtime/src/contract/usage.ts';
import type { ContentStreamPart, ReasoningPart, ToolCallPart } from '../../../../agent-runtime/src/providers/model.ts';
import type { RoutedResponse } from '../../../../agent-runtime/src/router/routed-model.ts';
import { response } from './wire-app.ts';

/** Strings that hurt: quotes, line ends of SSE, halves of surrogate pairs when they are cut. */
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constantFrom('"\\', 'data: [DONE]\n\n', '\r\n\u2028', '😀👩‍👩‍👧', 'é', ' '));

const usage = fc.record({
  input: fc.nat(5_000), cacheRead: fc.nat(5_000), cacheWrite5m: fc.nat(500), cacheWrite1h: fc.nat(500), output: fc.nat(900), reasoning: fc.nat(100),
}).map((tokens) => ({ ...NO_USAGE, ...tokens }));

const toolCall = fc.record({ city: text, deep: fc.jsonValue({ maxDepth: 2 }) })
  .chain((input) => fc.record({ name: fc.constantFrom('weather', 'time'), argumentsText: fc.constantFrom('{}', JSON.stringify(input), JSON.stringify(input, null, 1)) }));
const toolCalls = fc.array(toolCall, { maxLength: 3 })
  .map((calls): ToolCallPart[] => calls.map((call, i) => ({ type: 'tool-call', id: `call_${i}`, ...call })));

const reasoning = fc.array(fc.oneof(
  fc.record({ text: text.filter((thought) => thought !== ''), signature: fc.constantFrom('sig+a/b==', 'x') }).map((part): ReasoningPart => ({ type: 'reasoning', ...part })),
  fc.constant<ReasoningPart>({ type: 'reasoning', text: '', redactedData: 'ZW5jcnlwdGVk' }),
), { maxLength: 2 });

const answer = fc.record({ text, toolCalls, reasoning, usage, refused: fc.boolean(), length: fc.boolean(), stopSequence: fc.option(fc.constant('END')) })
  .map(({ refused, length, stopSequence, ...parts }): RoutedResponse => response({
    ...parts,
    finishReason: parts.toolCalls.length > 0 ? 'tool-calls' : refused ? 'refused' : length ? 'length' : 'stop',
    ...(stopSequence === null ? {} : { stopSequence }),
  }));

/** An answer, and one of the ways in which it can have been cut into parts. */
export interface CutAnswer {
  readonly response: RoutedResponse;
  readonly parts: readonly ContentStreamPart[];
}

/** Where `tails`, the pieces of what comes last may stop early, so that the rest is known from the end alone. */
export const cutAnswer: fc.Arbitrary<CutAnswer> = fc.tuple(answer, fc.infiniteStream(fc.nat(5)), fc.boolean()).map(([whole, choices, tails]) => {
  const next = (): number => choices.next().value;
  const pieces = (value: string, mayEndEarly: boolean): string[] => {
    const cut: string[] = [];
    for (let at = 0; at < value.length;) cut.push(value.slice(at, at += 1 + next() * 2));
    return tails && mayEndEarly ? cut.slice(0, Math.max(0, cut.length - next())) : cut;
  };
  const parts: ContentStreamPart[] = [];
  for (const { text: thought, signature, redactedData } of whole.reasoning ?? []) {
    if (redactedData !== undefined) parts.push({ type: 'reasoning', text: '', redactedData });
    else {
      // Thinking is never told late: only its own part knows where it ends.
      for (let at = 0; at < thought.length;) parts.push({ type: 'reasoning', text: thought.slice(at, at += 1 + next() * 3) });
      parts.push({ type: 'reasoning', text: '', ...(signature === undefined ? {} : { signature }) });
    }
  }
  parts.push(...pieces(whole.text, whole.toolCalls?.length === 0).map((piece): ContentStreamPart => ({ type: 'text', text: piece })));
  parts.push(...interleaved((whole.toolCalls ?? []).map(({ id, name, argumentsText }, index): ContentStreamPart[] => [
    { type: 'tool-call', index, id, name }, ...pieces(argumentsText, true).map((piece): ContentStreamPart => ({ type: 'tool-call-arguments', index, text: piece })),
  ]), next));
  return { response: whole, parts };
});

/** Calls begin in their order; their arguments come mixed. */
function interleaved(lists: ContentStreamPart[][], next: () => number): ContentStreamPart[] {
  const mixed: ContentStreamPart[] = [];
  let begun = 0;
  while (lists.some((list) => list.length > 0)) {
    const open = lists.slice(0, begun + 1).filter((list) => list.length > 0);
    const list = open[next() % open.length];
    if (list === undefined) begun++;
    else {
      if (list === lists[begun]) begun++;
      mixed.push(list.shift() as ContentStreamPart);
    }
  }
  return mixed;
}
