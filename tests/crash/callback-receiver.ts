import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BatchOutcome } from '../../agent-runtime/src/contract/batch.ts';

/** Takes callbacks as n8n does: the first of a batch wakes somebody, a repeated one is answered with "finished already". */
export async function startCallbackReceiver() {
  const woken = new Map<string, BatchOutcome>();
  let repeated = 0;
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const outcome = JSON.parse(Buffer.concat(chunks).toString('utf8')) as BatchOutcome;
    if (woken.has(outcome.batchId)) {
      repeated += 1;
      response.writeHead(409).end(JSON.stringify({ code: 409, message: 'The execution "1 has finished already.' }));
      return;
    }
    woken.set(outcome.batchId, outcome);
    for (const { count, resolve } of waiting) if (woken.size >= count) resolve();
    response.end('{"accepted":true}');
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    woken,
    repeated: () => repeated,
    /** Resolves when this many batches have called back. */
    received: (count: number) => new Promise<void>((resolve) => {
      if (woken.size >= count) resolve();
      else waiting.push({ count, resolve });
    }),
    async close() {
      const closed = new Promise((resolve) => { server.close(resolve); });
      server.closeAllConnections();
      await closed;
    },
  };
}
