import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ModelAnswer {
  readonly content: string;
  readonly finish_reason?: 'stop' | 'length' | 'content_filter';
}

export interface ModelServer {
  /** Variables that make the runtime use it, for free. */
  readonly environment: Record<string, string>;
  /** Messages of each request, in the order they came. */
  readonly requests: { readonly role: string; readonly content: string }[][];
  /** Answers the next requests, one each; a promise holds its request until it is settled. The last one stays. */
  answerWith(...answers: (ModelAnswer | Promise<ModelAnswer>)[]): void;
  close(): Promise<void>;
}

/** A server that speaks OpenAI's chat completions. */
export async function startModelServer(): Promise<ModelServer> {
  const requests: ModelServer['requests'] = [];
  let answers: (ModelAnswer | Promise<ModelAnswer>)[] = [{ content: 'An answer.' }];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests.push(JSON.parse(Buffer.concat(chunks).toString()).messages);
    const { content, finish_reason = 'stop' } = await (answers.length > 1 ? answers.shift() : answers[0])!;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({
      id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'test-model',
      choices: [{ index: 0, finish_reason, logprobs: null, message: { role: 'assistant', content, refusal: null } }],
      usage: { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 },
    }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    environment: { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_MODELS: 'test-model', OPENAI_MODELS_FREE: 'true' },
    requests,
    answerWith: (...next) => { answers = next; },
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
