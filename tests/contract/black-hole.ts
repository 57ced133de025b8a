import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface BlackHole {
  readonly port: number;
  /** From now on nothing passes in either direction, and nobody is told. */
  open(): void;
  /** Connections made from now on work; those from before stay as they are. */
  letNewOnesThrough(): void;
  close(): Promise<void>;
}

/** A way to a port of this machine that can swallow what is sent. */
export async function startBlackHole(target: number): Promise<BlackHole> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isOpen = false;
  const swallow = (pair: readonly [Socket, Socket]) => pair.forEach((socket) => {
    socket.unpipe();
    socket.removeAllListeners('data');
    socket.pause();
  });
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const socket of pair) socket.on('error', () => undefined).on('close', () => {
      if (pair.every(({ destroyed }) => destroyed)) pairs.delete(pair);
    });
    near.pipe(far);
    far.pipe(near);
    if (isOpen) swallow(pair);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    open() {
      isOpen = true;
      pairs.forEach(swallow);
    },
    letNewOnesThrough() {
      isOpen = false;
    },
    async close() {
      for (const socket of [...pairs].flat()) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
