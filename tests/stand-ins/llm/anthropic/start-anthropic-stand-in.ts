import { randomUUID } from 'node:crypto';
import { piecesOf } from '../behaviour.ts';
import type { Answer } from '../behaviour.ts';
import { contentHashOf, isRecord, textOf } from '../call.ts';
import type { LlmCall } from '../call.ts';
import { sendJson } from '../perform.ts';
import type { Renderer } from '../perform.ts';
import { startStandIn } from '../stand-in.ts';
import type { LlmStandIn, StandInOptions } from '../stand-in.ts';
import { anthropicError, errorBody } from './errors.ts';
import { usageFor } from './usage.ts';
import { problemOf } from './validate.ts';

/** Anthropic's Messages API. */
export function startAnthropicStandIn(options: StandInOptions = {}): Promise<LlmStandIn> {
  const cached = new Set<string>();
  return startStandIn({
    service: 'Anthropic',
    other: () => false,
    read(request, path, body) {
      if (request.method !== 'POST' || path !== '/v1/messages') return null;
      const problem = problemOf(request.headers, body);
      return problem === null ? toCall(path, request.headers, body as Record<string, unknown>) : { violation: problem };
    },
    renderer: () => rendererWith(cached),
    refuse: (message, response) => sendJson(response, 400, errorBody('invalid_request_error', message)),
  }, options);
}

function toCall(path: string, headers: LlmCall['headers'], body: Readonly<Record<string, unknown>>): LlmCall {
  const format = isRecord(body.output_config) ? body.output_config.format : undefined;
  const parts = {
    model: String(body.model),
    system: textOf(body.system),
    messages: (body.messages as { role: string; content: unknown }[]).map(({ role, content }) => ({ role, content: textOf(content) })),
    schema: isRecord(format) && isRecord(format.schema) ? format.schema : null,
  };
  return { ...parts, path, headers, body, stream: body.stream === true, maxTokens: Number(body.max_tokens), contentHash: contentHashOf(parts) };
}

const STOP_REASONS = { stop: 'end_turn', length: 'max_tokens', refused: 'refusal' } as const;

function rendererWith(cached: Set<string>): Renderer {
  return {
    streamType: 'text/event-stream; charset=utf-8',
    whole: (answer, call) => toMessage(answer, call, answer.usage === 'none' ? undefined : usageFor(answer, call, cached)),
    lines(answer, call) {
      const usage = usageFor(answer, call, cached);
      const { output_tokens, output_tokens_details } = usage;
      const message = { ...toMessage(answer, call, { ...usage, output_tokens: 1, output_tokens_details: null }), content: [], stop_reason: null };
      return {
        head: [
          event({ type: 'message_start', message }),
          event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
          event({ type: 'ping' }),
        ],
        pieces: piecesOf(answer.text).map((text) => event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
        tail: [
          event({ type: 'content_block_stop', index: 0 }),
          event({ type: 'message_delta', delta: { stop_reason: STOP_REASONS[answer.finish ?? 'stop'], stop_sequence: null }, usage: { output_tokens, output_tokens_details } }),
          event({ type: 'message_stop' }),
        ],
      };
    },
    error: anthropicError,
    errorLine: (kind) => `event: error\ndata: ${JSON.stringify(anthropicError(kind).body)}\n\n`,
    brokenLine: 'event: message_start\ndata: {"type":"message_start",\n\n',
  };
}

function toMessage(answer: Answer, call: LlmCall, usage: unknown) {
  return {
    id: `msg_${randomUUID()}`, type: 'message', role: 'assistant', model: call.model, content: [{ type: 'text', text: answer.text }],
    stop_reason: STOP_REASONS[answer.finish ?? 'stop'], stop_sequence: null, ...(usage === undefined ? {} : { usage }),
  };
}

function event(data: { readonly type: string; readonly [field: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
