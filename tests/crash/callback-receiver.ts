import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import type { BatchOutcome } from '../../agent-runtime/src/contract/batch.ts';

/** Takes callbacks as n8n does: the first of a batch wakes somebody, a repeated one is answered with "finished already". */
export async function startCallbackReceiver() {
  const woken = new Map<string, BatchOutcome>();
  const texts = new Map<string, string>();
  /** Batches that were told one thing first and another later. */
  const changed: string[] = [];
  let repeated = 0;
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer(async (request, response) => {
    // One that is cut off half-way wakes nobody.
    const text = await textOf(request).catch(() => null);
    if (text === null) return;
    const outcome = JSON.parse(text) as BatchOutcome;
    if (woken.has(outcome.batchId)) {
      repeated += 1;
      if (texts.get(outcome.batchId) !== text) changed.push(outcome.batchId);
      response.writeHead(409).end(JSON.stringify({ code: 409, message: 'The execution "1 has finished already.' }));
      return;
    }
    woken.set(outcome.batchId, outcome);
    texts.set(outcome.batchId, text);
    for (const { count, resolve } of waiting) if (woken.size >= count) resolve();
    response.end('{"accepted":true}');
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    woken,
    changed,
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
