import type { ChannelModel } from 'amqplib';
import type { AiosError } from '../../../errors.ts';
import type { QueueLog } from '../queue.ts';
import { connectionTrouble, unavailable, type Trouble } from './trouble.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
/** A connection that lasted so long makes the next pause a short one again. */
const STEADY_AFTER_MS = 10_000;
const FAREWELL_MS = 1_000;

export interface LinkOptions<Session> {
  readonly url: URL;
  /** Shown by the broker beside the connection. */
  readonly name: string;
  readonly heartbeatSeconds: number;
  /** Most time for connecting and for `open`. */
  readonly timeoutMs: number;
  readonly log: QueueLog;
  /** Prepares a fresh connection. `end` gives it up, so that another one is made. */
  open(model: ChannelModel, end: () => void): Promise<Session>;
}

/** A connection to the broker that is made on first use and again whenever it is lost. */
export interface Link<Session> {
  /** Connects without waiting for it. */
  start(): void;
  /**
   * What `open` made of the connection that is up and may publish; waits for it until `deadline` (as performance.now()). What
   * waiting does not mend is thrown at once.
   */
  session(deadline: number): Promise<Session>;
  /** The session that is up, publishing or not. */
  current(): Session | null;
  /** Null: it is up, or was never tried. */
  trouble(): AiosError | null;
  close(): Promise<void>;
}

interface Up<Session> {
  readonly session: Session;
  /** Why the broker takes no messages from this connection; null: it does. */
  blocked: string | null;
}

export function createLink<Session>({ url, name, heartbeatSeconds, timeoutMs, log, open }: LinkOptions<Session>): Link<Session> {
  let up: Up<Session> | null = null;
  let failure: Trouble | null = null;
  let running: Promise<void> | undefined;
  let closed = false;
  let leave = () => {};
  let change = Promise.withResolvers<void>();

  function changed(): void {
    change.resolve();
    change = Promise.withResolvers();
  }

  async function run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!closed) {
      const since = performance.now();
      const reason = await connectOnce();
      if (closed) return;
      const trouble = connectionTrouble(reason, url);
      if (trouble.error.message !== failure?.error.message) log('warn', 'queue-connection-lost', { connection: name, reason: trouble.error.message });
      failure = trouble;
      changed();
      if (performance.now() - since > STEADY_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
      await pause(pauseMs * (0.5 + Math.random() / 2));
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** One connection from its beginning to its end. Answers with the reason of its end. */
  async function connectOnce(): Promise<unknown> {
    const socket = new AbortController();
    const ended = Promise.withResolvers<unknown>();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    function end(reason: unknown): void {
      up = null;
      ended.resolve(reason);
      socket.abort(); // one that nobody answers any more would stay for a quarter of an hour
    }
    leave = () => end(undefined);
    try {
      const model = await connect(url, name, heartbeatSeconds, socket.signal);
      model.on('error', (error) => end(error));
      model.on('close', (error) => end(error ?? new Error('the connection was closed')));
      const session = await Promise.race([open(model, () => end(new Error('a channel was closed'))), ended.promise.then((reason) => { throw reason; })]);
      clearTimeout(timer);
      const current: Up<Session> = { session, blocked: null };
      model.on('blocked', (reason) => {
        current.blocked = reason;
        log('warn', 'queue-blocked', { connection: name, reason });
        changed();
      });
      model.on('unblocked', () => {
        current.blocked = null;
        log('info', 'queue-unblocked', { connection: name });
        changed();
      });
      up = current;
      leave = () => void within(FAREWELL_MS, model.close()).catch(() => undefined).then(() => end(undefined));
      if (failure !== null) log('info', 'queue-connected', { connection: name });
      failure = null;
      changed();
      return await ended.promise;
    } catch (error) {
      return late ? ended.promise : error;
    } finally {
      clearTimeout(timer);
      end(undefined);
    }
  }

  /** Until something changed, or for `ms`. */
  async function pause(ms: number): Promise<void> {
    const timer = Promise.withResolvers<void>();
    const timeout = setTimeout(timer.resolve, ms);
    const { promise } = change;
    await Promise.race([timer.promise, promise]);
    clearTimeout(timeout);
  }

  function trouble(): AiosError | null {
    if (up === null) return failure?.error ?? null;
    if (up.blocked === null) return null;
    return unavailable(`RabbitMQ at ${url.host} takes no messages for now (${up.blocked}). Give the broker memory or disk, or let workers empty its queues.`);
  }

  const link: Link<Session> = {
    start() {
      running ??= run();
    },
    async session(deadline) {
      link.start();
      for (;;) {
        if (closed) throw unavailable('The queue is closed: the runtime is shutting down. Try again.');
        if (up?.blocked === null) return up.session;
        if (up === null && failure?.passing === false) throw failure.error;
        const left = deadline - performance.now();
        if (left <= 0) throw trouble() ?? unavailable(`RabbitMQ at ${url.host} did not answer in time. Check that the broker runs and that AIOS_RABBITMQ_URL is right.`);
        await pause(left);
      }
    },
    current: () => up?.session ?? null,
    trouble,
    async close() {
      if (closed) return;
      closed = true;
      leave();
      changed();
      await running;
    },
  };
  return link;
}

/** With heartbeats, unless the URL says another number of seconds. */
async function connect(url: URL, name: string, heartbeatSeconds: number, signal: AbortSignal): Promise<ChannelModel> {
  const { connect: open } = await import('amqplib');
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(heartbeatSeconds));
  const socket = { noDelay: true, clientProperties: { connection_name: name }, signal };
  return open(address.href, socket);
}

/** Rejects when `work` takes longer. */
export async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${Math.round(ms)} ms`)), ms);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
