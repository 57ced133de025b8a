import type { ContentBlock, Message, RawMessageStreamEvent, StopReason } from '@anthropic-ai/sdk/resources/messages/messages.js';
import { NO_USAGE } from '../../contract/usage.ts';
import type { Usage } from '../../contract/usage.ts';
import { createAnswer } from '../answer.ts';
import type { ContentStreamPart, FinishReason, ModelResponse } from '../model.ts';
import { usableUsage } from '../usable-usage.ts';
import { toUsage, withDelta } from './usage.ts';

/** An answer as it is read, whole or event by event. */
export interface Reading {
  /** False when it is not a message. */
  takeWhole(message: Message): boolean;
  take(event: RawMessageStreamEvent): void;
  hasBegun(): boolean;
  /** Whether `message_stop` came. */
  isStopped(): boolean;
  /** Whether it came at the end of a message, and not in place of one. */
  hasEnded(): boolean;
  end(): ModelResponse;
  /** What was told of the usage until now, with at least the tokens that came. */
  usage(): Usage;
}

const FINISH_REASONS: Readonly<Record<StopReason, FinishReason>> = {
  end_turn: 'stop', stop_sequence: 'stop', tool_use: 'tool-calls', refusal: 'refused', max_tokens: 'length', model_context_window_exceeded: 'length',
  // A turn that the server's own tools interrupted is not at its end.
  pause_turn: 'length',
};

export function createReading(askedModelId: string, emit?: (part: ContentStreamPart) => void): Reading {
  const answer = createAnswer(emit);
  /** Tool calls by the number of their block. */
  const calls = new Map<number, number>();
  let modelId = askedModelId;
  let told: Usage | null = null;
  let stopReason: StopReason | null = null;
  let stopSequence: string | null = null;
  let begun = false;
  let started = false;
  let blocks = 0;
  let ended = false;
  let signature: string | undefined;

  function beginBlock(index: number, block: ContentBlock): void {
    blocks += 1;
    if (block.type === 'tool_use') {
      calls.set(index, answer.toolCall(block.id, block.name));
      if (!isEmpty(block.input)) answer.toolCallArguments(calls.get(index)!, JSON.stringify(block.input));
    } else if (block.type === 'text') answer.text(block.text);
    else if (block.type === 'redacted_thinking') answer.redactedReasoning(block.data);
    else if (block.type === 'thinking') {
      signature = block.signature || '';
      answer.reasoning(block.thinking);
    }
  }

  function endBlock(): void {
    if (signature === undefined) return;
    answer.endReasoning(signature === '' ? undefined : signature);
    signature = undefined;
  }

  function take(event: RawMessageStreamEvent): void {
    begun = true;
    switch (event.type) {
      case 'message_start':
        started = true;
        told = toUsage(event.message.usage) ?? told;
        modelId = event.message.model ?? modelId;
        return;
      case 'content_block_start': return beginBlock(event.index, event.content_block);
      case 'content_block_delta':
        if (event.delta.type === 'text_delta') answer.text(event.delta.text);
        else if (event.delta.type === 'thinking_delta') answer.reasoning(event.delta.thinking);
        else if (event.delta.type === 'signature_delta') signature = `${signature ?? ''}${event.delta.signature}`;
        else if (event.delta.type === 'input_json_delta' && calls.has(event.index)) answer.toolCallArguments(calls.get(event.index)!, event.delta.partial_json);
        return;
      case 'content_block_stop': return endBlock();
      case 'message_delta':
        if (event.usage) told = withDelta(told ?? NO_USAGE, event.usage);
        stopReason = event.delta.stop_reason ?? stopReason;
        stopSequence = event.delta.stop_sequence ?? stopSequence;
        return;
      case 'message_stop': ended = true;
    }
  }

  const known = (): Usage | null => (told === null ? null : usableUsage(told));
  const usage = (): Usage => {
    const least = known() ?? NO_USAGE;
    return { ...least, output: Math.max(least.output, answer.receivedTokens()) };
  };

  return {
    take,
    takeWhole(message) {
      if (!Array.isArray(message?.content)) return false;
      begun = true;
      modelId = message.model ?? modelId;
      told = toUsage(message.usage);
      for (const [index, block] of message.content.entries()) {
        beginBlock(index, block);
        endBlock();
      }
      stopReason = message.stop_reason;
      stopSequence = message.stop_sequence;
      return true;
    },
    hasBegun: () => begun,
    isStopped: () => ended,
    hasEnded: () => ended && started && (stopReason !== null || blocks > 0),
    end() {
      const used = known();
      return {
        ...answer.end(),
        finishReason: FINISH_REASONS[stopReason ?? 'end_turn'] ?? 'stop',
        ...(stopSequence === null ? {} : { stopSequence }),
        ...(used === null ? { usage: usage(), usageKnown: false } : { usage: used }),
        modelId,
      };
    },
    usage,
  };
}

function isEmpty(input: unknown): boolean {
  return typeof input !== 'object' || input === null || Object.keys(input).length === 0;
}
