import { countOf } from '../behaviour.ts';
import { contentHashOf, isRecord, textOf } from '../call.ts';
import type { CallImage, CallTool, LlmCall } from '../call.ts';
import { sendJson } from '../perform.ts';
import { startStandIn } from '../stand-in.ts';
import type { LlmStandIn, StandInOptions } from '../stand-in.ts';
import { errorBody } from './errors.ts';
import { rendererWith } from './render.ts';
import { problemOf } from './validate.ts';

/** Anthropic's Messages API: `/v1/messages` and `/v1/messages/count_tokens`. */
export function startAnthropicStandIn(options: StandInOptions = {}): Promise<LlmStandIn> {
  const cached = new Set<string>();
  return startStandIn({
    service: 'Anthropic',
    other(request, path, body, response) {
      if (request.method !== 'POST' || path !== '/v1/messages/count_tokens' || problemOf(request.headers, { max_tokens: 1, ...(isRecord(body) ? body : {}) }) !== null) return false;
      const call = toCall(path, request.headers, body as Record<string, unknown>);
      sendJson(response, 200, { input_tokens: countOf(call.system) + call.messages.reduce((sum, { content }) => sum + countOf(content), 0) });
      return true;
    },
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
  const messages = body.messages as { role: string; content: unknown }[];
  const parts = {
    model: String(body.model),
    system: textOf(body.system),
    messages: messages.map(({ role, content }) => ({ role, content: textOf(content) })),
    images: messages.flatMap(({ role, content }) => imagesOf(role, content)),
    tools: Array.isArray(body.tools) ? (body.tools as { name: string; input_schema: CallTool['schema'] }[]).map(({ name, input_schema: schema }) => ({ name, schema })) : [],
    schema: isRecord(format) && isRecord(format.schema) ? format.schema : null,
  };
  return { ...parts, path, headers, body, stream: body.stream === true, maxTokens: Number(body.max_tokens), contentHash: contentHashOf(parts) };
}

function imagesOf(role: string, content: unknown): CallImage[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((block: unknown): CallImage[] => {
    if (!isRecord(block)) return [];
    if (block.type === 'tool_result') return imagesOf('tool', block.content);
    if (block.type !== 'image' || !isRecord(block.source)) return [];
    const { source } = block;
    return [{ role, url: source.type === 'url' ? String(source.url) : `data:${String(source.media_type)};base64,${String(source.data)}` }];
  });
}
