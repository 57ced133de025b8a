import { randomUUID } from 'node:crypto';
import { piecesOf, textOfAnswer } from '../behaviour.ts';
import { contentHashOf, isRecord, textOf } from '../call.ts';
import type { LlmCall } from '../call.ts';
import type { Renderer } from '../perform.ts';
import { toUsage } from './chat-completions.ts';
import { openAiError } from './errors.ts';

/** What is wrong with a request to the Responses API, or null. Only plain text is answered. */
export function problemOfResponses(body: unknown): string | null {
  if (!isRecord(body)) return 'We could not parse the JSON body of your request.';
  if (typeof body.model !== 'string' || body.model === '') return 'Missing required parameter: \'model\'.';
  return typeof body.input === 'string' || (Array.isArray(body.input) && body.input.length > 0) ? null : 'Missing required parameter: \'input\'.';
}

export function toResponsesCall(path: string, headers: LlmCall['headers'], body: Readonly<Record<string, unknown>>): LlmCall {
  const items = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : body.input as { role?: string; content?: unknown }[];
  const all = items.map(({ role, content }) => ({ role: role ?? 'user', content: textOf(content) }));
  const isSystem = ({ role }: { role: string }) => role === 'system' || role === 'developer';
  const format = isRecord(body.text) ? body.text.format : undefined;
  const parts = {
    model: String(body.model),
    system: [typeof body.instructions === 'string' ? body.instructions : '', ...all.filter(isSystem).map(({ content }) => content)].filter((text) => text !== '').join('\n'),
    messages: all.filter((message) => !isSystem(message)),
    images: [], tools: [],
    schema: isRecord(format) && isRecord(format.schema) ? format.schema : null,
  };
  const limit = body.max_output_tokens;
  return { ...parts, path, headers, body, stream: body.stream === true, maxTokens: typeof limit === 'number' ? limit : null, contentHash: contentHashOf(parts) };
}

export const RESPONSES: Renderer = {
  streamType: 'text/event-stream; charset=utf-8',
  whole: (answer, call) => toResponse(textOfAnswer(answer), call, 'completed', toUsage(answer, call)),
  lines(answer, call) {
    const started = toResponse('', call, 'in_progress', null);
    const item = { id: `msg_${randomUUID()}`, type: 'message', role: 'assistant', status: 'in_progress', content: [] };
    const place = { item_id: item.id, output_index: 0, content_index: 0 };
    const part = { type: 'output_text', text: textOfAnswer(answer), annotations: [] };
    return {
      head: [
        event({ type: 'response.created', response: started }),
        event({ type: 'response.output_item.added', output_index: 0, item }),
        event({ type: 'response.content_part.added', ...place, part: { ...part, text: '' } }),
      ],
      pieces: piecesOf(textOfAnswer(answer)).map((delta) => event({ type: 'response.output_text.delta', ...place, delta })),
      tail: [
        event({ type: 'response.output_text.done', ...place, text: textOfAnswer(answer) }),
        event({ type: 'response.content_part.done', ...place, part }),
        event({ type: 'response.output_item.done', output_index: 0, item: { ...item, status: 'completed', content: [part] } }),
        event({ type: 'response.completed', response: { ...toResponse(textOfAnswer(answer), call, 'completed', toUsage(answer, call)), id: started.id } }),
      ],
    };
  },
  error: openAiError,
  errorLine: (kind) => event({ type: 'error', ...(openAiError(kind).body as object) }),
  brokenLine: 'event: response.created\ndata: {"type":\n\n',
};

function toResponse(text: string, call: LlmCall, status: string, usage: ReturnType<typeof toUsage> | null) {
  return {
    id: `resp_${randomUUID()}`, object: 'response', created_at: Math.floor(Date.now() / 1_000), status, model: call.model, error: null, incomplete_details: null,
    instructions: call.system || null, max_output_tokens: call.maxTokens, parallel_tool_calls: true, tool_choice: 'auto', tools: [], metadata: {},
    output: status === 'completed'
      ? [{ id: `msg_${randomUUID()}`, type: 'message', role: 'assistant', status, content: [{ type: 'output_text', text, annotations: [] }] }] : [],
    usage: usage && {
      input_tokens: usage.prompt_tokens, input_tokens_details: { cached_tokens: usage.prompt_tokens_details.cached_tokens },
      output_tokens: usage.completion_tokens, output_tokens_details: { reasoning_tokens: usage.completion_tokens_details.reasoning_tokens },
      total_tokens: usage.total_tokens,
    },
  };
}

let sequence = 0;
function event(data: { readonly type: string; readonly [field: string]: unknown }): string {
  sequence += 1;
  return `event: ${data.type}\ndata: ${JSON.stringify({ ...data, sequence_number: sequence })}\n\n`;
}
