import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type ConfirmChannel } from 'amqplib';
import type { Queue } from '../../agent-runtime/src/stores/queue/queue.ts';
import { createRabbitmqQueue, type RabbitmqQueueOptions } from '../../agent-runtime/src/stores/queue/rabbitmq.ts';
import { rabbitmqVersion, type RabbitmqServer, type RabbitmqSource } from '../servers/start-rabbitmq.ts';
import type { QueueBench } from './queue-cases.ts';

const driver = new URL('../../agent-runtime/src/stores/queue/rabbitmq.ts', import.meta.url).href;

export interface RabbitmqBench extends QueueBench {
  readonly prefix: string;
  open(change?: Partial<RabbitmqQueueOptions>): Promise<Queue>;
  takeAndDie(change?: Partial<RabbitmqQueueOptions>): Promise<void>;
  /** As somebody else does it. */
  broker<Result>(work: (channel: ConfirmChannel) => Promise<Result>): Promise<Result>;
}

/** Queues of one installation on a broker that others may use too. */
export function createRabbitmqBench(server: RabbitmqServer, source: RabbitmqSource): RabbitmqBench {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  const queues: Queue[] = [];
  return {
    prefix,
    leaseMs: 500,
    honoursPriority: Number.parseInt(rabbitmqVersion(source), 10) >= 4,
    async open(change) {
      const queue = createRabbitmqQueue({ url: server.url, prefix, ...change });
      queues.push(queue);
      return queue;
    },
    async takeAndDie(change) {
      const program = `
        const { createRabbitmqQueue } = await import(${JSON.stringify(driver)});
        createRabbitmqQueue(${JSON.stringify({ url: server.url, prefix, ...change })}).consume({ concurrency: 1, agents: new Map([['smith', 1]]) }, () => {
          console.log('taken');
          return new Promise(() => {});
        });`;
      const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'close');
    },
    async broker(work) {
      const connection = await connect(server.url);
      const channel = await connection.createConfirmChannel();
      const result = await work(channel);
      await channel.waitForConfirms();
      await connection.close();
      return result;
    },
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}
