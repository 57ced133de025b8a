import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'minio';
import { AiosError } from '../../errors.ts';
import type { S3Address } from './s3-address.ts';
import { mayPass, s3Error, surelyNotDone } from './s3-failure.ts';
import { s3Agent, s3Transport } from './s3-transport.ts';

const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 100;

export interface S3Keys {
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  /** What the call is about: an answer that it is not there is then `not_found`. */
  readonly artifact?: { readonly key: string; readonly version?: string | undefined } | undefined;
  /** Whether doing it twice is as good as once. Absent: it is tried again only where it surely was not done. */
  readonly repeatable?: boolean;
  /** Longer than usual for a server that has much to write down. */
  readonly timeoutMs?: number;
}

/** The way to one server. */
export interface S3Connection {
  readonly address: S3Address;
  /** Hands a client to `work`, a few times where that helps, and throws AiosErrors. */
  ask<Result>(work: (client: Client) => Promise<Result>, options?: AskOptions): Promise<Result>;
  /** A client for addresses as people reach the server. */
  publicClient(): Promise<Client>;
  close(): void;
}

export function s3Connection(address: S3Address, keys: S3Keys, publicUrl: string | null, timeoutMs: number): S3Connection {
  const agent = s3Agent(address.secure);
  let closed = false;

  // A client is cheap, and its transport is the one place where a call can be stopped.
  async function client(signal?: AbortSignal, idleMs = timeoutMs): Promise<Client> {
    const { Client } = await import('minio');
    return new Client({
      endPoint: address.host, port: address.port, useSSL: address.secure, region: address.region, pathStyle: address.pathStyle, ...keys,
      transportAgent: agent, transport: s3Transport(address.secure, { signal, timeoutMs: idleMs }), retryOptions: { disableRetry: true },
    });
  }

  return {
    address,
    async ask(work, { signal, artifact, repeatable = false, timeoutMs: idleMs } = {}) {
      for (let attempt = 1; ; attempt += 1) {
        if (closed) throw new AiosError('store_unavailable', 'The artifacts are closed: the runtime is shutting down. Try again.');
        signal?.throwIfAborted();
        try {
          return await work(await client(signal, idleMs));
        } catch (error) {
          signal?.throwIfAborted();
          if (attempt === ATTEMPTS || !(repeatable ? mayPass(error) : surelyNotDone(error))) throw s3Error(error, address.name, artifact);
          await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
        }
      }
    },
    async publicClient() {
      if (publicUrl === null) return client();
      const { Client } = await import('minio');
      const { protocol, hostname, port } = new URL(publicUrl);
      return new Client({
        endPoint: hostname.replace(/^\[|\]$/g, ''), port: Number(port), useSSL: protocol === 'https:', region: address.region, pathStyle: address.pathStyle, ...keys,
      });
    },
    close() {
      closed = true;
      agent.destroy();
    },
  };
}
