import { NO_USAGE } from '../../contract/usage.ts';
import type { Usage } from '../../contract/usage.ts';
import { createAnswer } from '../answer.ts';
import type { ContentStreamPart, FinishReason, ModelResponse } from '../model.ts';
import { createToolCalls } from './tool-calls.ts';
import { toUsage } from './usage.ts';
import type { ChatCompletion, ChatCompletionChunk, WireMessage, WireUsage } from './wire.ts';

/** An answer as it is read, whole or chunk by chunk. */
export interface Reading {
  /** False when it is not a chat completion. */
  takeWhole(completion: ChatCompletion | null): boolean;
  takeChunk(chunk: ChatCompletionChunk): void;
  /** Whether a reason to stop was told. */
  isFinished(): boolean;
  /** Whether anything was answered, or at least a reason was told why nothing is. */
  hasAnswer(): boolean;
  end(): ModelResponse;
  /** What the server told of its usage until now, with at least the tokens that came. */
  usage(): Usage;
}

export function createReading(askedModelId: string, emit?: (part: ContentStreamPart) => void): Reading {
  const answer = createAnswer(emit);
  const calls = createToolCalls(answer);
  let modelId = askedModelId;
  let told: WireUsage | null = null;
  let finishReason: string | null = null;
  let stopSequence: string | undefined;
  let refused = false;

  function takeText(message: WireMessage): void {
    const thought = message.reasoning_content ?? message.reasoning;
    if (typeof thought === 'string') answer.reasoning(thought);
    const { content } = message;
    if (typeof content === 'string') answer.text(content);
    else if (Array.isArray(content)) for (const part of content) if (typeof part.text === 'string') answer.text(part.text);
    if (!message.refusal) return;
    refused = true;
    answer.text(message.refusal);
  }

  function takeEnding(choice: { readonly finish_reason?: string | null; readonly stop_reason?: string | number | null }): void {
    finishReason = choice.finish_reason ?? finishReason;
    if (typeof choice.stop_reason === 'string' && choice.stop_reason !== '') stopSequence = choice.stop_reason;
  }

  function toFinishReason(): FinishReason {
    if (refused || finishReason === 'content_filter') return 'refused';
    if (finishReason === 'length') return 'length';
    return answer.hasToolCalls() ? 'tool-calls' : 'stop';
  }

  const usage = (): Usage => {
    const known = toUsage(told) ?? NO_USAGE;
    return { ...known, output: Math.max(known.output, answer.receivedTokens()) };
  };

  return {
    takeWhole(completion) {
      const choice = completion?.choices?.[0];
      if (completion === null || !choice?.message) return false;
      modelId = completion.model ?? modelId;
      told = completion.usage ?? null;
      takeText(choice.message);
      if (choice.message.tool_calls) calls.takeAll(choice.message.tool_calls);
      takeEnding(choice);
      return true;
    },
    takeChunk(chunk) {
      modelId = chunk.model ?? modelId;
      told = chunk.usage ?? told;
      const choice = chunk.choices?.[0];
      if (!choice) return;
      if (choice.delta) {
        takeText(choice.delta);
        if (choice.delta.tool_calls) for (const call of choice.delta.tool_calls) calls.take(call);
      }
      takeEnding(choice);
    },
    isFinished: () => finishReason !== null,
    hasAnswer: () => finishReason !== null || answer.receivedTokens() > 0,
    end() {
      calls.end();
      const known = toUsage(told);
      return {
        ...answer.end(),
        finishReason: toFinishReason(),
        ...(stopSequence === undefined ? {} : { stopSequence }),
        ...(known === null ? { usage: usage(), usageKnown: false } : { usage: known }),
        modelId,
      };
    },
    usage,
  };
}
