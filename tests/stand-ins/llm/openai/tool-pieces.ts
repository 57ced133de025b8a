import { argumentsOf, piecesOf } from '../behaviour.ts';
import type { Answer } from '../behaviour.ts';

/** The deltas of an answer's tool calls, in the style that the answer asks for. */
export function toolPieces({ toolCalls = [], toolStyle = 'indexed' }: Answer): object[] {
  const calls = toolCalls.map((call, index) => {
    const head = { id: call.id ?? `call_${index + 1}`, type: 'function' };
    const text = argumentsOf(call);
    const parts = piecesOf(text);
    const place = toolStyle === 'unindexed' ? {} : { index: toolStyle === 'all-zero' ? 0 : index };
    if (toolStyle === 'whole') return [{ ...place, ...head, function: { name: call.name, arguments: text } }];
    if (toolStyle === 'repeated') return (parts.length > 0 ? parts : ['']).map((part) => ({ ...place, ...head, function: { name: call.name, arguments: part } }));
    return [
      { ...place, ...head, function: { name: call.name, arguments: '' } },
      ...parts.map((part) => ({ ...place, function: { arguments: part } })),
    ];
  });
  if (toolStyle !== 'interleaved') return calls.flat();
  const longest = Math.max(0, ...calls.map((pieces) => pieces.length));
  return Array.from({ length: longest }, (_, turn) => calls.flatMap((pieces) => pieces[turn] ?? [])).flat();
}
