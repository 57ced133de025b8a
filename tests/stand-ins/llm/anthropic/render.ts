import { randomUUID } from 'node:crypto';
import { argumentsOf, piecesOf, textOfAnswer } from '../behaviour.ts';
import type { Answer } from '../behaviour.ts';
import { isRecord } from '../call.ts';
import type { LlmCall } from '../call.ts';
import type { Renderer } from '../perform.ts';
import { anthropicError } from './errors.ts';
import { usageFor } from './usage.ts';

const STOP_REASONS = { stop: 'end_turn', length: 'max_tokens', refused: 'refusal', paused: 'pause_turn', 'context-full': 'model_context_window_exceeded' } as const;

type Block = { readonly type: string } & Readonly<Record<string, unknown>>;

/** `cached`: the prompts that the service has in its cache. */
export function rendererWith(cached: Set<string>): Renderer {
  return {
    streamType: 'text/event-stream; charset=utf-8',
    whole: (answer, call) => toMessage(answer, call, blocksOf(answer), answer.usage === 'none' ? undefined : usageFor(answer, call, cached)),
    lines(answer, call) {
      const usage = usageFor(answer, call, cached);
      const { output_tokens, output_tokens_details } = usage;
      const message = { ...toMessage(answer, call, [], { ...usage, output_tokens: 1, output_tokens_details: null }), stop_reason: null, stop_sequence: null };
      const blocks = blocksOf(answer);
      const single = blocks.length === 1 && blocks[0]!.type === 'text';
      const begin = (block: Block, index: number) => event({ type: 'content_block_start', index, content_block: emptied(block) });
      const end = (index: number) => event({ type: 'content_block_stop', index });
      return {
        head: [event({ type: 'message_start', message }), ...(single ? [begin(blocks[0]!, 0)] : []), event({ type: 'ping' })],
        pieces: blocks.flatMap((block, index) => (single ? deltasOf(block, index) : [begin(block, index), ...deltasOf(block, index), end(index)])),
        tail: [
          ...(single ? [end(0)] : []),
          event({ type: 'message_delta', delta: ending(answer), usage: { output_tokens, output_tokens_details } }),
          event({ type: 'message_stop' }),
        ],
      };
    },
    error: anthropicError,
    errorLine: (kind) => `event: error\ndata: ${JSON.stringify(anthropicError(kind).body)}\n\n`,
    brokenLine: 'event: message_start\ndata: {"type":"message_start",\n\n',
  };
}

function blocksOf(answer: Answer): Block[] {
  const text = textOfAnswer(answer);
  const others = (answer.toolCalls?.length ?? 0) + (answer.thoughts?.length ?? 0);
  return [
    ...(answer.thoughts ?? []).map((thought): Block => ('redacted' in thought ? { type: 'redacted_thinking', data: thought.redacted }
      : { type: 'thinking', thinking: thought.text, signature: thought.signature ?? 'c2lnbmF0dXJl' })),
    ...(text === '' && others > 0 ? [] : [{ type: 'text', text }]),
    ...(answer.toolCalls ?? []).map((call, index): Block => ({ type: 'tool_use', id: call.id ?? `toolu_${index + 1}`, name: call.name, input: inputOf(argumentsOf(call)), json: argumentsOf(call) })),
  ];
}

/** A block as it begins in a stream. */
function emptied({ json: _json, ...block }: Block): object {
  if (block.type === 'text') return { ...block, text: '' };
  if (block.type === 'thinking') return { ...block, thinking: '', signature: '' };
  return block.type === 'tool_use' ? { ...block, input: {} } : block;
}

function deltasOf(block: Block, index: number): string[] {
  const deltas = (type: string, field: string, text: unknown) => piecesOf(String(text)).map((piece) => event({ type: 'content_block_delta', index, delta: { type, [field]: piece } }));
  if (block.type === 'text') return deltas('text_delta', 'text', block.text);
  if (block.type === 'tool_use') return [event({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: '' } }), ...deltas('input_json_delta', 'partial_json', block.json)];
  if (block.type !== 'thinking') return [];
  return [...deltas('thinking_delta', 'thinking', block.thinking), event({ type: 'content_block_delta', index, delta: { type: 'signature_delta', signature: block.signature } })];
}

function toMessage(answer: Answer, call: LlmCall, blocks: readonly Block[], usage: unknown) {
  const content = blocks.map(({ json: _json, ...block }) => block);
  return { id: `msg_${randomUUID()}`, type: 'message', role: 'assistant', model: call.model, content, ...ending(answer), ...(usage === undefined ? {} : { usage }) };
}

function ending(answer: Answer) {
  const reason = answer.finish ? STOP_REASONS[answer.finish] : (answer.toolCalls?.length ?? 0) > 0 ? 'tool_use' : answer.stopSequence === undefined ? 'end_turn' : 'stop_sequence';
  return { stop_reason: reason, stop_sequence: answer.stopSequence ?? null };
}

/** Anthropic only ever gives an object, whatever the model wrote. */
function inputOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function event(data: { readonly type: string; readonly [field: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
