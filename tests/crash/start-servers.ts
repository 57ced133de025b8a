import { setTimeout as pause } from 'node:timers/promises';
import { postgresMissing, startPostgres } from '../servers/start-postgres.ts';
import { rabbitmqMissing, startRabbitmq, type RabbitmqSource } from '../servers/start-rabbitmq.ts';
import { redisMissing, startRedis } from '../servers/start-redis.ts';
import { s3Missing, startS3 } from '../servers/start-s3.ts';

/** What the runtime may keep its stores on. */
export const SERVERS = ['postgres', 'rabbitmq', 'redis', 's3'] as const;
export type Server = (typeof SERVERS)[number];

/** A real server that the runtime keeps something on. */
export interface RunningServer {
  readonly name: Server;
  readonly port: number;
  readonly url: string;
  /** The runtime's settings, with the server at this port. */
  settings(port: number): Readonly<Record<string, string>>;
  /**
   * To be called once the runtime runs, before the server is killed. RabbitMQ keeps on the disk only after some seconds which
   * queues it has: one that it has forgotten has to be deleted by hand (docs/rabbitmq.md).
   */
  settled(): Promise<void>;
  kill(): Promise<void>;
  /** Again, with its data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface Servers {
  readonly running: ReadonlyMap<Server, RunningServer>;
  /** Why others do not run. */
  readonly missing: ReadonlyMap<Server, string>;
  stop(): Promise<void>;
}

export interface ServersOptions {
  /** Default: all. */
  readonly only?: readonly Server[];
  readonly rabbitmq?: RabbitmqSource;
}

const BUCKET = 'aios';
const START_TRIES = 10;
/** That a worker declares. */
const LAST_QUEUE = 'aios.v1.delay.26';

/** Null: it can be started. Else why not. In CI its absence throws. */
export function serverMissing(name: Server, rabbitmq?: RabbitmqSource): string | null {
  const reasons: Readonly<Record<Server, () => string | null>> = {
    postgres: postgresMissing, rabbitmq: () => rabbitmqMissing(rabbitmq), redis: redisMissing, s3: s3Missing,
  };
  return reasons[name]();
}

/** Starts what can be found on this machine. */
export async function startServers({ only = SERVERS, rabbitmq = 'system' }: ServersOptions = {}): Promise<Servers> {
  const starts: Readonly<Record<Server, () => Promise<RunningServer>>> = {
    async postgres() {
      const server = await startPostgres();
      return running('postgres', server, server.port, (url) => ({ AIOS_POSTGRES_URL: url }));
    },
    async rabbitmq() {
      const server = await startRabbitmq(rabbitmq);
      const settled = async () => {
        while (!(await server.ctl('list_queues', '--silent', 'name')).includes(LAST_QUEUE)) await pause(200);
        await server.keepQueues();
      };
      return { ...running('rabbitmq', server, server.port, (url) => ({ AIOS_RABBITMQ_URL: url })), settled };
    },
    async redis() {
      const server = await startRedis();
      return running('redis', server, server.port, (url) => ({ AIOS_REDIS_URL: url }));
    },
    async s3() {
      const server = await startS3();
      return running('s3', server, Number(new URL(server.url).port), (url) => ({
        AIOS_S3_URL: new URL(BUCKET, url).href, AIOS_S3_ACCESS_KEY: server.accessKey, AIOS_S3_SECRET_KEY: server.secretKey,
      }));
    },
  };
  const missing = new Map<Server, string>();
  const wanted = SERVERS.filter((name) => {
    const reason = only.includes(name) ? serverMissing(name, rabbitmq) : 'left out';
    if (reason !== null) missing.set(name, reason);
    return reason === null;
  });
  const tried = await Promise.allSettled(wanted.map((name) => starts[name]()));
  const started = tried.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async () => void await Promise.all(started.map((server) => server.stop()));
  const failed = tried.find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { running: new Map(started.map((server) => [server.name, server])), missing, stop };
}

interface Startable {
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

function running(name: Server, server: Startable, port: number, settings: (url: string) => Record<string, string>): RunningServer {
  return {
    name, port, url: server.url,
    settings: (at) => settings(server.url.replace(`:${port}`, `:${at}`)),
    settled: async () => undefined,
    kill: () => server.kill(),
    async start() {
      for (let tries = 1; ; tries += 1) {
        try {
          return await server.start();
        } catch (error) {
          // While it was down, somebody's outgoing connection may have been given its port for a moment.
          if (tries === START_TRIES) throw error;
          await pause(1_000);
        }
      }
    },
    stop: () => server.stop(),
  };
}
