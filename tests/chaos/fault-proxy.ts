import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * What goes wrong on a way. `latency`: every piece comes so much later. `reset`: connections are cut, new ones when the first
 * answer of the server is on its way, so that what was asked for has happened. `black-hole`: all is taken and nothing passes,
 * nor is an end told; afterwards a connection that lost something is cut, or is never heard of again. `half-closed`: one side
 * is told that the other has ended, and the other is not.
 */
export type Fault =
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'black-hole' }
  | { readonly kind: 'half-closed' };

/** A way to a port of this machine. */
export interface FaultProxy {
  readonly port: number;
  /** Where it leads; null: nobody is there, so connections are cut. */
  aim(port: number | null): void;
  /** From now on, in place of what was wrong before. */
  fail(fault: Fault): void;
  heal(): void;
  /** Connections that faults have met. */
  met(): number;
  close(): Promise<void>;
}

interface Pair {
  /** To the client. */
  readonly near: Socket;
  /** To the server. */
  readonly far: Socket;
  /** Something of it was swallowed. */
  torn: boolean;
  /** Nothing passes any more. */
  silent: boolean;
  /** An answer cuts it. */
  cutByAnswer: boolean;
  /** The direction that ends here. */
  ended: Socket | null;
}

/** A TCP proxy on a free loopback port. `random`: 0 to 1; decides what becomes of each connection. */
export async function startFaultProxy({ random }: { readonly random: () => number }): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  let target: number | null = null;
  let fault: Fault | null = null;
  let met = 0;

  function cut({ near, far }: Pair): void {
    for (const socket of [near, far]) if (!socket.destroyed) socket.resetAndDestroy();
  }

  function endHalf(pair: Pair): void {
    if (pair.ended) return;
    met += 1;
    pair.ended = random() < 0.5 ? pair.near : pair.far;
    pair.ended.end();
  }

  /** All that goes from one socket to the other, in its order. */
  function lead(pair: Pair, from: Socket, to: Socket): void {
    const waiting: { readonly at: number; readonly piece: Buffer | null }[] = [];

    function deliver(piece: Buffer | null): void {
      if (to.destroyed || to.writableEnded || pair.silent) return;
      if (piece === null) to.end();
      else if (!to.write(piece)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    }

    function deliverDue(): void {
      while (waiting[0] && waiting[0].at <= performance.now()) deliver(waiting.shift()!.piece);
      if (waiting[0]) setTimeout(deliverDue, Math.max(0, waiting[0].at - performance.now()));
    }

    function pass(piece: Buffer | null): void {
      if (pair.silent) return;
      if (fault?.kind === 'black-hole') {
        if (!pair.torn) met += 1;
        pair.torn = true;
        return;
      }
      if (pair.cutByAnswer && from === pair.far) return cut(pair);
      const delayMs = fault?.kind === 'latency' ? fault.ms : 0;
      if (delayMs === 0 && waiting.length === 0) return deliver(piece);
      waiting.push({ at: Math.max(performance.now() + delayMs, waiting.at(-1)?.at ?? 0), piece });
      if (waiting.length === 1) setTimeout(deliverDue, delayMs);
    }

    from.on('data', pass).on('end', () => pass(null)).on('error', () => undefined);
    from.on('close', (failed: boolean) => {
      if (fault?.kind === 'black-hole') pair.torn = true;
      else if (pair.silent ? from === pair.near : failed || pair.ended) cut(pair);
      if (pair.near.destroyed && pair.far.destroyed) pairs.delete(pair);
    });
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    if (target === null) {
      near.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const pair: Pair = { near, far, torn: false, silent: false, cutByAnswer: fault?.kind === 'reset', ended: null };
    pairs.add(pair);
    lead(pair, near, far);
    lead(pair, far, near);
    if (fault?.kind === 'reset' || fault?.kind === 'latency') met += 1;
    if (fault?.kind === 'half-closed') endHalf(pair);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  const proxy: FaultProxy = {
    port: (server.address() as { port: number }).port,
    aim(port) {
      target = port;
    },
    fail(next) {
      proxy.heal();
      fault = next;
      if (next.kind === 'half-closed') pairs.forEach(endHalf);
      if (next.kind === 'reset' || next.kind === 'latency') met += pairs.size;
      if (next.kind === 'reset') pairs.forEach(cut);
    },
    heal() {
      const healed = fault;
      fault = null;
      if (healed?.kind === 'reset') for (const pair of pairs) pair.cutByAnswer = false;
      if (healed?.kind !== 'black-hole') return;
      for (const pair of pairs) {
        if (!pair.torn || pair.silent) continue;
        if (pair.near.destroyed || random() < 0.5) cut(pair);
        else pair.silent = true;
      }
    },
    met: () => met,
    async close() {
      const closed = once(server.close(), 'close');
      pairs.forEach(cut);
      await closed;
    },
  };
  return proxy;
}
