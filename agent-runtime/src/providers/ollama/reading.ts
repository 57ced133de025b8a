import { randomUUID } from 'node:crypto';
import type { ChatResponse } from 'ollama';
import { NO_USAGE } from '../../contract/usage.ts';
import type { Usage } from '../../contract/usage.ts';
import { createAnswer } from '../answer.ts';
import type { ContentStreamPart, ModelResponse } from '../model.ts';
import { isUsageKnown, toUsage } from './usage.ts';

/** An answer as it is read: a whole one is a stream of one piece. */
export interface Reading {
  take(piece: ChatResponse): void;
  hasBegun(): boolean;
  /** Whether anything was answered, or at least a reason was told why nothing is. */
  hasAnswer(): boolean;
  end(): ModelResponse;
  /** What was told of the usage until now, with at least the tokens that came. */
  usage(): Usage;
}

/** Newer servers than the library's types number and name their calls. */
type NamedToolCall = NonNullable<ChatResponse['message']['tool_calls']>[number] & { readonly id?: string };

/** `singleCall`: only the first tool call counts, for callers that can take no more; Ollama cannot be told. */
export function createReading(askedModelId: string, singleCall: boolean, emit?: (part: ContentStreamPart) => void): Reading {
  const answer = createAnswer(emit);
  let last: ChatResponse | null = null;
  let answered = false;

  const usage = (): Usage => {
    const known = last === null ? NO_USAGE : toUsage(last);
    return { ...known, output: Math.max(known.output, answer.receivedTokens()) };
  };

  return {
    take(piece) {
      last = piece;
      answered ||= typeof piece.message?.content === 'string' || Boolean(piece.done_reason);
      const { content, thinking, tool_calls: calls } = piece.message ?? {};
      if (thinking) answer.reasoning(thinking);
      if (content) answer.text(content);
      for (const call of calls ?? []) {
        if (singleCall && answer.hasToolCalls()) return;
        const index = answer.toolCall((call as NamedToolCall).id || `call_${randomUUID()}`, call.function.name);
        answer.toolCallArguments(index, JSON.stringify(call.function.arguments ?? {}));
      }
    },
    hasBegun: () => last !== null,
    hasAnswer: () => answered || answer.receivedTokens() > 0,
    end: () => ({
      ...answer.end(),
      finishReason: last?.done_reason === 'length' ? 'length' : answer.hasToolCalls() ? 'tool-calls' : 'stop',
      ...(last !== null && isUsageKnown(last) ? { usage: toUsage(last) } : { usage: usage(), usageKnown: false }),
      modelId: last?.model ?? askedModelId,
    }),
    usage,
  };
}
