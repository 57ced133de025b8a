import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: ReadonlyArray<{ role: string; content: unknown }>;
  readonly tools?: ReadonlyArray<{ function: { name: string; description?: string; parameters: Record<string, unknown> } }>;
}

export interface ToolCallingModel {
  /** Base URL of an OpenAI-compatible API. */
  readonly url: string;
  readonly requests: readonly ChatRequest[];
  close(): Promise<void>;
}

/** A chat model that calls the first tool it is given, once, and then answers with what the tool said. */
export async function startToolCallingModel(toolInput: Record<string, unknown>): Promise<ToolCallingModel> {
  const requests: ChatRequest[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = JSON.parse(text) as ChatRequest;
    requests.push(body);
    const last = body.messages.at(-1);
    const message = last?.role === 'tool'
      ? { role: 'assistant', content: `The tool said: ${typeof last.content === 'string' ? last.content : JSON.stringify(last.content)}` }
      : { role: 'assistant', content: null, tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: body.tools?.[0]?.function.name, arguments: JSON.stringify(toolInput) } }] };
    const finish = 'tool_calls' in message ? 'tool_calls' : 'stop';
    const identity = { id: 'chatcmpl-1', created: 1, model: body.model };
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    if (body.stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ...identity, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: finish }], usage }));
      return;
    }
    const event = (choice: object) => `data: ${JSON.stringify({ ...identity, object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }] })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' })
      .end(`${event({ delta: message, finish_reason: null })}${event({ delta: {}, finish_reason: finish })}data: [DONE]\n\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
