import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import { MessageStream } from '@anthropic-ai/sdk/lib/MessageStream';
import type { StreamTranslator } from '../../../../agent-runtime/src/api/wire/wire.ts';
import type { CutAnswer } from './cut-answers.ts';

/** All that a stream of this answer sends. */
export function streamed(translator: StreamTranslator, { parts, response }: CutAnswer): string {
  return [translator.start(response.model, response.decisionId), ...parts.map((part) => translator.part(part)), translator.end(response)].join('');
}

/** The events of a text, read as the standard says. */
export function events(sse: string): { readonly event: string | null; readonly data: string }[] {
  expectWhole(sse);
  return sse.slice(0, -2).split('\n\n').map((block) => {
    const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
    return { event: fields.get('event') ?? null, data: fields.get('data') ?? '' };
  });
}

function expectWhole(sse: string): void {
  if (!sse.endsWith('\n\n')) throw new Error(`The stream ends within an event: ${sse.slice(-80)}`);
}

/** What OpenAI's own client makes of a stream. */
export function asChatCompletion(sse: string): Promise<unknown> {
  const lines = events(sse).map(({ data }) => data);
  if (lines.pop() !== '[DONE]') throw new Error('The stream has no end.');
  return ChatCompletionStream.fromReadableStream(readable(lines)).finalChatCompletion();
}

/** What Anthropic's own client makes of a stream. */
export function asMessage(sse: string): Promise<unknown> {
  return MessageStream.fromReadableStream(readable(events(sse).map(({ data }) => data))).finalMessage();
}

function readable(lines: readonly string[]): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const line of lines) controller.enqueue(new TextEncoder().encode(`${line}\n`));
      controller.close();
    },
  });
}
