import { randomUUID } from 'node:crypto';
import type { Answer } from '../answer.ts';
import type { WireToolCall } from './wire.ts';

interface Slot {
  /** As the server counts; null where it does not. */
  readonly wireIndex: number | null;
  id: string;
  name: string;
  /** In the answer, once the name is known. */
  index: number | null;
  /** Arguments that came before the name. */
  held: string;
  /** Kept only to see where one call ends, for servers that do not say. */
  argumentsText: string;
}

/**
 * Puts the pieces of tool calls together. Servers differ: ids and names come once or with every piece, indices are missing
 * or all 0, a call comes whole in one piece, and arguments of several calls are interleaved.
 */
export function createToolCalls(answer: Answer) {
  const slots: Slot[] = [];

  function take(call: WireToolCall): void {
    const slot = slotOf(call);
    slot.id ||= call.id ?? '';
    slot.name ||= call.function?.name ?? '';
    const given = call.function?.arguments;
    const piece = typeof given === 'string' ? given : given ? JSON.stringify(given) : '';
    slot.argumentsText += piece;
    if (slot.index === null) {
      slot.held += piece;
      if (slot.name !== '') announce(slot);
    } else answer.toolCallArguments(slot.index, piece);
  }

  function slotOf(call: WireToolCall): Slot {
    const { index, id } = call;
    const named = Boolean(call.function?.name);
    const before = typeof index === 'number' ? slots.findLast(({ wireIndex }) => wireIndex === index)
      : id ? slots.find((slot) => slot.id === id) ?? (named ? undefined : slots.at(-1)) : slots.at(-1);
    if (before === undefined || (named && isAnother(before, call))) return begin(typeof index === 'number' ? index : null);
    return before;
  }

  /** Whether a piece with a name begins a call of its own. */
  function isAnother(slot: Slot, { id }: WireToolCall): boolean {
    if (slot.name === '') return false;
    if (id && slot.id !== '') return id !== slot.id;
    return isWhole(slot.argumentsText);
  }

  function begin(wireIndex: number | null): Slot {
    const slot: Slot = { wireIndex, id: '', name: '', index: null, held: '', argumentsText: '' };
    slots.push(slot);
    return slot;
  }

  function announce(slot: Slot): void {
    slot.index = answer.toolCall(slot.id || `call_${randomUUID()}`, slot.name);
    answer.toolCallArguments(slot.index, slot.held);
    slot.held = '';
  }

  return {
    take,
    /** The calls of an answer that came whole: each is one of its own. */
    takeAll(calls: readonly WireToolCall[]): void {
      for (const [index, call] of calls.entries()) take({ ...call, index, ...(call.id ? {} : { id: `call_${randomUUID()}` }) });
    },
    end(): void {
      for (const slot of slots) if (slot.index === null) announce(slot);
    },
  };
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
