import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// The one upstream of the gateway benchmark: answers at once, as OpenAI does, so that all time measured is the gateway's.
const TEXT = 'A queue with publisher confirms survives a crash of its consumer, because a message is only removed when it was acknowledged.';
const usage = { prompt_tokens: 24, completion_tokens: 24, total_tokens: 48 };
const common = { id: 'chatcmpl-bench', created: 1_760_000_000, model: 'bench-model' };
const json = Buffer.from(JSON.stringify({
  ...common, object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop', logprobs: null }], usage,
}));
const event = (choices: readonly unknown[], more: object = {}) => `data: ${JSON.stringify({ ...common, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
const first = event([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]);
const rest = [
  ...TEXT.split(/(?<= )/).map((content) => event([{ index: 0, delta: { content }, finish_reason: null }])),
  event([{ index: 0, delta: {}, finish_reason: 'stop' }]), event([], { usage }), 'data: [DONE]\n\n',
];

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => { pieces.push(piece); });
  request.on('end', () => {
    if (!Buffer.concat(pieces).includes('"stream":true')) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': json.length }).end(json);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.write(first);
    let at = 0;
    const next = () => {
      if (response.destroyed) return;
      if (at === rest.length) response.end();
      else {
        response.write(rest[at]);
        at += 1;
        setImmediate(next);
      }
    };
    setImmediate(next);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ event: 'ready', port: (server.address() as AddressInfo).port })));
process.on('SIGTERM', () => process.exit(0));
