import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server on loopback that can be watched and blocked. */
export interface TcpGate {
  readonly url: string;
  /** Resolves when that many bytes more have gone to the server. */
  sent(bytes: number): Promise<void>;
  /** Lets nothing through any more, and closes nothing. */
  block(): void;
  close(): Promise<void>;
}

export async function openTcpGate(serverUrl: string): Promise<TcpGate> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let blocked = false;
  let watch = { left: Infinity, passed: Promise.withResolvers<void>() };
  const gate = createServer((client) => {
    const server = connect(Number(port), hostname);
    for (const [from, to] of [[client, server], [server, client]] as const) {
      sockets.add(from);
      from.on('error', () => undefined).on('close', () => { if (!blocked) to.destroy(); });
      from.on('data', (chunk: Buffer) => {
        if (blocked) return;
        if (from === client) {
          watch.left -= chunk.length;
          if (watch.left <= 0) watch.passed.resolve();
        }
        if (!to.write(chunk)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
    }
  }).listen(0, '127.0.0.1');
  await once(gate, 'listening');
  return {
    url: `http://127.0.0.1:${(gate.address() as { port: number }).port}`,
    sent(bytes) {
      watch = { left: bytes, passed: Promise.withResolvers() };
      return watch.passed.promise;
    },
    block() {
      blocked = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      gate.close();
      await once(gate, 'close');
    },
  };
}
