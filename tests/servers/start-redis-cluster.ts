import { freePort, startRedisProcess, until, type RedisProcess } from './redis-process.ts';
import { serverWords } from './start-redis.ts';

const SLOTS = 16_384;

/** Three masters without replicas, each with a third of the slots. */
export interface RedisCluster {
  readonly url: string;
  readonly nodes: readonly RedisProcess[];
  /** Waits until all nodes serve. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes = await Promise.all(Array.from({ length: 3 }, async () => {
    const busPort = String(await freePort());
    const node = await startRedisProcess({
      words: async (port, folder) => [...serverWords(port, folder), '--cluster-enabled', 'yes', '--cluster-port', busPort, '--cluster-node-timeout', '3000'],
    });
    return { node, busPort };
  }));
  const [first] = nodes;
  nodes.forEach(({ node, busPort }, index) => {
    node.command('CLUSTER', 'ADDSLOTSRANGE', String(Math.ceil(SLOTS * index / 3)), String(Math.ceil(SLOTS * (index + 1) / 3) - 1));
    if (index > 0) first!.node.command('CLUSTER', 'MEET', '127.0.0.1', String(node.port), busPort);
  });
  const ready = () => until('a Cluster that serves', () => nodes.every(({ node }) => {
    // A node that is still shaking hands with another one hands on none of its messages.
    const known = node.command('CLUSTER', 'NODES').trim().split('\n');
    return known.length === 3 && known.every((line) => line.includes(' connected') && !/handshake|fail/.test(line)) && node.command('CLUSTER', 'INFO').includes('cluster_state:ok');
  }));
  await ready();
  return {
    url: `redis+cluster://${nodes.map(({ node }) => `127.0.0.1:${node.port}`).join(',')}`,
    nodes: nodes.map(({ node }) => node),
    ready,
    stop: async () => void await Promise.all(nodes.map(({ node }) => node.stop())),
  };
}
