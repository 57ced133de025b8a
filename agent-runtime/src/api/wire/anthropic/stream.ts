import type { ContentStreamPart } from '../../../providers/model.ts';
import type { RoutedResponse } from '../../../router/routed-model.ts';
import { factsOf } from '../answer-facts.ts';
import type { StreamTranslator } from '../wire.ts';
import { continues, isWhole, newBlock } from './blocks.ts';
import type { Block } from './blocks.ts';
import { toAnthropicErrorBody } from './errors.ts';
import { messageId, toMessageUsage, toStop } from './response.ts';

const NOTHING_YET = JSON.stringify(toMessageUsage({ input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 }));

/**
 * The events of one streamed message. This wire sends one content block after the other: what comes for a later block
 * while an earlier one may still go on (arguments of parallel calls can be interleaved) waits until that one is whole.
 */
export function createMessageStream(): StreamTranslator {
  let open: Block | undefined;
  const waiting: Block[] = [];
  const calls: Block[] = [];
  let wireIndex = -1;
  let textTaken = 0;
  let reasoningTaken = 0;

  function begin(block: Block): string {
    open = block;
    wireIndex++;
    return event('content_block_start', `"index":${wireIndex},"content_block":${startOf(block)}`) + pendingOf(block);
  }

  function pendingOf(block: Block): string {
    const { pending } = block;
    block.pending = '';
    return pending === '' ? '' : delta(block, pending);
  }

  function delta({ kind }: Block, text: string): string {
    const json = JSON.stringify(text);
    const content = kind === 'text' ? `"type":"text_delta","text":${json}`
      : kind === 'tool' ? `"type":"input_json_delta","partial_json":${json}` : `"type":"thinking_delta","thinking":${json}`;
    return event('content_block_delta', `"index":${wireIndex},"delta":{${content}}`);
  }

  function finish(block: Block): string {
    const signed = block.kind !== 'thinking' || block.signature === null ? ''
      : event('content_block_delta', `"index":${wireIndex},"delta":{"type":"signature_delta","signature":${JSON.stringify(block.signature)}}`);
    return `${signed}${event('content_block_stop', `"index":${wireIndex}`)}`;
  }

  /** Sends whatever may be sent now. */
  function advance(force: boolean): string {
    let events = open === undefined ? '' : pendingOf(open);
    while (waiting.length > 0 && (open === undefined || force || isWhole(open))) {
      if (open !== undefined) events += finish(open);
      events += begin(waiting.shift() as Block);
    }
    return events;
  }

  function take(part: ContentStreamPart): void {
    if (part.type === 'tool-call') {
      if (calls[part.index] === undefined) waiting.push(calls[part.index] = newBlock('tool', { call: part.index, id: part.id, name: part.name }));
      return;
    }
    if (part.type === 'tool-call-arguments') {
      const block = calls[part.index];
      if (block === undefined) return;
      block.pending += part.text;
      block.argumentsText += part.text;
      return;
    }
    if (part.type === 'reasoning' && part.redactedData !== undefined) {
      waiting.push(newBlock('redacted', { signature: part.redactedData }));
      return;
    }
    const signature = part.type === 'reasoning' ? part.signature : undefined;
    if (part.text === '' && signature === undefined) return;
    const last = waiting.at(-1) ?? open;
    let block = last;
    if (!continues(last, part)) waiting.push(block = newBlock(part.type === 'text' ? 'text' : 'thinking'));
    if (block === undefined) return;
    block.pending += part.text;
    if (part.type === 'text') textTaken += part.text.length;
    else reasoningTaken += part.text.length;
    if (signature !== undefined) block.signature = signature;
  }

  /** What the whole answer has and no part told. */
  function takeRest({ text, reasoning = [], toolCalls = [] }: RoutedResponse): void {
    const thought = reasoning.map((part) => part.text).join('');
    if (thought.length > reasoningTaken) take({ type: 'reasoning', text: thought.slice(reasoningTaken) });
    const lastSignature = reasoning.at(-1)?.signature;
    if (open?.kind === 'thinking' && waiting.length === 0 && lastSignature !== undefined) open.signature ??= lastSignature;
    if (text.length > textTaken) take({ type: 'text', text: text.slice(textTaken) });
    toolCalls.forEach(({ id, name, argumentsText }, index) => {
      take({ type: 'tool-call', index, id, name });
      take({ type: 'tool-call-arguments', index, text: argumentsText.slice(calls[index]?.argumentsText.length) });
    });
  }

  return {
    start: (model, decisionId) => event('message_start', `"message":{"id":${JSON.stringify(messageId(decisionId))},"type":"message","role":"assistant",`
      + `"model":${JSON.stringify(model)},"content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,"container":null,"usage":${NOTHING_YET}}`),
    part(part) {
      take(part);
      return advance(false);
    },
    end(response) {
      takeRest(response);
      const stop = JSON.stringify({ ...toStop(response), container: null });
      return `${advance(true)}${open === undefined ? '' : finish(open)}`
        + event('message_delta', `"delta":${stop},"usage":${JSON.stringify(toMessageUsage(response.usage))},"aios":${JSON.stringify(factsOf(response))}`)
        + 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
    },
    failed: (error, requestId) => `event: error\ndata: ${toAnthropicErrorBody(error, requestId)}\n\n`,
  };
}

function event(type: string, fields: string): string {
  return `event: ${type}\ndata: {"type":"${type}",${fields}}\n\n`;
}

function startOf({ kind, id, name, signature }: Block): string {
  switch (kind) {
    case 'text': return '{"type":"text","text":"","citations":null}';
    case 'thinking': return '{"type":"thinking","thinking":"","signature":""}';
    case 'redacted': return JSON.stringify({ type: 'redacted_thinking', data: signature });
    case 'tool': return JSON.stringify({ type: 'tool_use', id, name, input: {}, caller: { type: 'direct' } });
  }
}
