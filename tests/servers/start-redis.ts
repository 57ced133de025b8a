import { startRedisProcess, type RedisProcess } from './redis-process.ts';

export { redisMissing } from './redis-process.ts';

export interface RedisServer extends RedisProcess {
  readonly url: string;
  /** Kills it and starts an empty one at the same address. */
  restart(): Promise<void>;
}

export interface RedisServerOptions {
  /** Of the default user. */
  readonly password?: string;
  /** More words for `redis-server`, such as `--maxmemory`. */
  readonly words?: readonly string[];
}

/** A real server on a free loopback port. What it has acknowledged survives its process. */
export async function startRedis({ password, words = [] }: RedisServerOptions = {}): Promise<RedisServer> {
  const redis = await startRedisProcess({
    ...(password === undefined ? {} : { password }),
    words: async (port, folder) => [...serverWords(port, folder), ...password === undefined ? [] : ['--requirepass', password], ...words],
  });
  return Object.defineProperties({
    url: `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${redis.port}`,
    restart: () => redis.start({ empty: true }),
  }, Object.getOwnPropertyDescriptors(redis)) as RedisServer;
}

export function serverWords(port: number, folder: string): readonly string[] {
  return ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes', '--appendfsync', 'no', '--dir', folder];
}
