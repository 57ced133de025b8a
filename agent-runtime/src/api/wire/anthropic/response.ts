import type { Usage } from '../../../contract/usage.ts';
import type { ReasoningPart } from '../../../providers/model.ts';
import { argumentsObject } from '../../../providers/tool-arguments.ts';
import type { RoutedResponse } from '../../../router/routed-model.ts';
import { factsOf } from '../answer-facts.ts';

export function messageId(decisionId: string): string {
  return `msg_${decisionId}`;
}

/** The body of an answer that is not streamed, as JSON text. */
export function toMessage(response: RoutedResponse): string {
  const { stop_reason, stop_sequence, stop_details } = toStop(response);
  return JSON.stringify({
    id: messageId(response.decisionId),
    type: 'message',
    role: 'assistant',
    model: response.model,
    content: toContent(response),
    stop_reason, stop_sequence, stop_details,
    container: null,
    usage: toMessageUsage(response.usage),
    aios: factsOf(response),
  });
}

function toContent({ reasoning = [], text, toolCalls = [] }: RoutedResponse): object[] {
  const content: object[] = reasoning.map(toThinking);
  if (text !== '') content.push({ type: 'text', text, citations: null });
  for (const { id, name, argumentsText } of toolCalls) content.push({ type: 'tool_use', id, name, input: toInput(argumentsText), caller: { type: 'direct' } });
  return content;
}

export function toThinking({ text, signature = '', redactedData }: ReasoningPart): object {
  return redactedData === undefined ? { type: 'thinking', thinking: text, signature } : { type: 'redacted_thinking', data: redactedData };
}

/** This wire has arguments as an object; text that is none is handed on in the way that Anthropic itself advises. */
function toInput(argumentsText: string): object {
  return argumentsText === '' ? {} : argumentsObject(argumentsText) ?? { INVALID_JSON: argumentsText };
}

export function toStop({ finishReason, stopSequence }: RoutedResponse) {
  const reason = finishReason === 'length' ? 'max_tokens'
    : finishReason === 'tool-calls' ? 'tool_use'
    : finishReason === 'refused' ? 'refusal'
    : stopSequence === undefined ? 'end_turn' : 'stop_sequence';
  return {
    stop_reason: reason,
    stop_sequence: reason === 'stop_sequence' ? stopSequence ?? null : null,
    stop_details: reason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null,
  };
}

export function toMessageUsage({ input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning }: Usage) {
  return {
    input_tokens: input,
    cache_creation_input_tokens: cacheWrite5m + cacheWrite1h,
    cache_read_input_tokens: cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: cacheWrite5m, ephemeral_1h_input_tokens: cacheWrite1h },
    output_tokens: output,
    output_tokens_details: { thinking_tokens: reasoning },
    server_tool_use: null,
    service_tier: null,
  };
}
