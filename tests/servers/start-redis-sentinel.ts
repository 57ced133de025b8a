import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startRedisProcess, until, type RedisProcess } from './redis-process.ts';
import { serverWords } from './start-redis.ts';

const MASTER = 'aios-master';
const SENTINELS = 3;

/** A master with a replica, watched by three Sentinels that hold it for dead after half a second. */
export interface RedisSentinel {
  readonly url: string;
  /** The two servers; which one is the master changes. */
  readonly servers: readonly RedisProcess[];
  readonly sentinels: readonly RedisProcess[];
  /** Whom the Sentinels hold for the master. */
  master(): RedisProcess;
  /** Waits until another server than this one is the master. */
  failedOver(from: RedisProcess): Promise<void>;
  stop(): Promise<void>;
}

export async function startRedisSentinel(): Promise<RedisSentinel> {
  const first = await startRedisProcess({ words: async (port, folder) => serverWords(port, folder) });
  const second = await startRedisProcess({
    words: async (port, folder) => [...serverWords(port, folder), '--replicaof', '127.0.0.1', String(first.port), '--repl-diskless-sync-delay', '0'],
  });
  const sentinels = await Promise.all(Array.from({ length: SENTINELS }, () => startRedisProcess({
    async words(port, folder) {
      const file = join(folder, 'sentinel.conf');
      await writeFile(file, [
        `port ${port}`, 'bind 127.0.0.1', `dir ${folder}`,
        `sentinel monitor ${MASTER} 127.0.0.1 ${first.port} 2`,
        `sentinel down-after-milliseconds ${MASTER} 500`, `sentinel failover-timeout ${MASTER} 3000`,
      ].join('\n'));
      return [file, '--sentinel'];
    },
  })));
  const servers = [first, second];
  const fieldsOf = (sentinel: RedisProcess) => new Map(pairs(sentinel.command('SENTINEL', 'MASTER', MASTER).split('\n')));
  await until('a master with a replica and three Sentinels', () => sentinels.every((sentinel) => {
    const fields = fieldsOf(sentinel);
    return fields.get('num-slaves') === '1' && fields.get('num-other-sentinels') === String(SENTINELS - 1);
  }) && second.command('INFO', 'replication').includes('master_link_status:up'));
  const master = () => {
    const port = Number(fieldsOf(sentinels[0]!).get('port'));
    return servers.find((server) => server.port === port)!;
  };
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${MASTER}/0`,
    servers,
    sentinels,
    master,
    failedOver: (from) => until('a new master', () => master() !== from && master().command('INFO', 'replication').includes('role:master')),
    stop: async () => void await Promise.all([...sentinels, ...servers].map((server) => server.stop())),
  };
}

function pairs(words: readonly string[]): readonly (readonly [string, string])[] {
  return Array.from({ length: words.length >> 1 }, (_, index) => [words[index * 2]!, words[index * 2 + 1]!] as const);
}
