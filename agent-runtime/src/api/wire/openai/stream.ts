import type { ContentStreamPart } from '../../../providers/model.ts';
import type { RoutedResponse } from '../../../router/routed-model.ts';
import { factsOf } from '../answer-facts.ts';
import type { StreamTranslator } from '../wire.ts';
import { toOpenAiErrorBody } from './errors.ts';
import { FINISH_REASONS, REFUSAL, chatId, now, toChatUsage } from './response.ts';
import { toThinkingBlocks } from './thinking-blocks.ts';

/** The chunks of one streamed chat completion. Pieces go out as they come; what `end` knows beyond them is sent there. */
export function createChatStream({ includeUsage }: { readonly includeUsage: boolean }): StreamTranslator {
  let head = '';
  let textSent = 0;
  let reasoningSent = 0;
  /** Length of the arguments sent so far, by the index of the call. */
  const argumentsSent: (number | undefined)[] = [];
  const nullUsage = includeUsage ? ',"usage":null' : '';

  const chunk = (delta: string, finishReason = 'null', more = nullUsage): string =>
    `data: ${head},"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finishReason}}]${more}}\n\n`;

  function part(piece: ContentStreamPart): string {
    switch (piece.type) {
      case 'text':
        if (piece.text === '') return '';
        textSent += piece.text.length;
        return chunk(`{"content":${JSON.stringify(piece.text)}}`);
      case 'reasoning':
        if (piece.text === '') return '';
        reasoningSent += piece.text.length;
        return chunk(`{"reasoning_content":${JSON.stringify(piece.text)}}`);
      case 'tool-call':
        argumentsSent[piece.index] ??= 0;
        return chunk(`{"tool_calls":[{"index":${piece.index},"id":${JSON.stringify(piece.id)},"type":"function",`
          + `"function":{"name":${JSON.stringify(piece.name)},"arguments":""}}]}`);
      case 'tool-call-arguments':
        if (piece.text === '') return '';
        argumentsSent[piece.index] = (argumentsSent[piece.index] ?? 0) + piece.text.length;
        return chunk(`{"tool_calls":[{"index":${piece.index},"function":{"arguments":${JSON.stringify(piece.text)}}}]}`);
    }
  }

  /** What the whole answer has and no piece told. */
  function rest({ text, reasoning = [], toolCalls = [], finishReason }: RoutedResponse): string {
    let events = part({ type: 'reasoning', text: reasoning.map((thought) => thought.text).join('').slice(reasoningSent) });
    events += part({ type: 'text', text: text.slice(textSent) });
    toolCalls.forEach(({ id, name, argumentsText }, index) => {
      if (argumentsSent[index] === undefined) events += part({ type: 'tool-call', index, id, name });
      events += part({ type: 'tool-call-arguments', index, text: argumentsText.slice(argumentsSent[index]) });
    });
    const blocks = toThinkingBlocks(reasoning);
    if (blocks !== undefined) events += chunk(`{"thinking_blocks":${JSON.stringify(blocks)}}`);
    if (finishReason === 'refused') events += chunk(`{"refusal":${JSON.stringify(REFUSAL)}}`);
    return events;
  }

  return {
    start(model, decisionId) {
      head = `{"id":${JSON.stringify(chatId(decisionId))},"object":"chat.completion.chunk","created":${now()},"model":${JSON.stringify(model)}`;
      return chunk('{"role":"assistant","content":""}');
    },
    part,
    end(response) {
      const facts = `,"aios":${JSON.stringify(factsOf(response))}`;
      const finish = chunk('{}', `"${FINISH_REASONS[response.finishReason]}"`, includeUsage ? nullUsage : facts);
      const usage = includeUsage ? `data: ${head},"choices":[],"usage":${JSON.stringify(toChatUsage(response.usage))}${facts}}\n\n` : '';
      return `${rest(response)}${finish}${usage}data: [DONE]\n\n`;
    },
    failed: (error) => `data: ${toOpenAiErrorBody(error)}\n\n`,
  };
}
