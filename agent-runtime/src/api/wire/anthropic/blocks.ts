import type { ContentStreamPart } from '../../../providers/model.ts';

/** One content block of a streamed answer, and what of it waits to be sent. */
export interface Block {
  readonly kind: 'text' | 'thinking' | 'redacted' | 'tool';
  /** Deltas that came before the block was open. */
  pending: string;
  /** Of a tool: all of its arguments so far. Else unused. */
  argumentsText: string;
  /** Of a tool: which call of the answer. Else -1. */
  readonly call: number;
  readonly id: string;
  readonly name: string;
  /** Of thinking: known once it has ended. Of redacted thinking: its data. */
  signature: string | null;
}

export function newBlock(kind: Block['kind'], more: Partial<Pick<Block, 'call' | 'id' | 'name' | 'signature'>> = {}): Block {
  return { kind, pending: '', argumentsText: '', call: -1, id: '', name: '', signature: null, ...more };
}

/** Whether nothing more can come for a block, once another one has begun. The arguments of a call may still: they can be interleaved. */
export function isWhole(block: Block): boolean {
  if (block.kind !== 'tool') return true;
  if (!block.argumentsText.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(block.argumentsText);
    return true;
  } catch {
    return false;
  }
}

/** Whether `part` goes on with `last` instead of beginning another block. */
export function continues(last: Block | undefined, part: ContentStreamPart): last is Block {
  if (last === undefined) return false;
  if (part.type === 'text') return last.kind === 'text';
  return part.type === 'reasoning' && last.kind === 'thinking' && last.signature === null;
}
