import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { RABBITMQ_SOURCES, rabbitmqMissing, rabbitmqVersion, startRabbitmq, type RabbitmqServer } from '../servers/start-rabbitmq.ts';
import { describeQueue } from './queue-cases.ts';
import { createRabbitmqBench } from './rabbitmq-bench.ts';

describe.each(RABBITMQ_SOURCES.map((source) => [rabbitmqVersion(source), source] as const))('RabbitMQ %s', (_version, source) => {
  const missing = rabbitmqMissing(source);
  if (missing !== null) {
    test.skip(`not run: ${missing}`, () => undefined);
    return;
  }
  let server: RabbitmqServer;
  beforeAll(async () => { server = await startRabbitmq(source); }, 60_000);
  afterAll(() => server.stop());

  describeQueue('the queue on RabbitMQ', async () => createRabbitmqBench(server, source));
});
