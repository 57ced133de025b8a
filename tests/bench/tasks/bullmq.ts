import { Queue, QueueEvents, Worker } from 'bullmq';
import type { Contestant, Part, Servers } from './contestant.ts';
import { callModel } from './model-call.ts';

/** BullMQ: a worker with room for all, and its events, by which the submitter learns of an end. */
export async function openBullMq({ redis, model }: Servers, { role, group }: Part): Promise<Contestant> {
  const { hostname, port } = new URL(redis);
  const connection = { host: hostname, port: Number(port), maxRetriesPerRequest: null };
  const name = `bench-${group}`;
  const worker = role === 'submitter' ? null : new Worker(name, async ({ data }: { data: { modelCalls: number } }) => {
    for (let call = 0; call < data.modelCalls; call += 1) await callModel(model);
  }, { connection, concurrency: 100 });
  const queue = new Queue(name, { connection, defaultJobOptions: { removeOnComplete: { count: 1_000 } } });
  const events = role === 'worker' ? null : new QueueEvents(name, { connection });
  // Each waiting task listens.
  queue.setMaxListeners(0);
  events?.setMaxListeners(0);
  await Promise.all([events?.waitUntilReady(), worker?.waitUntilReady()]);
  return {
    async run(modelCalls) {
      const job = await queue.add('task', { modelCalls });
      await job.waitUntilFinished(events!);
    },
    async close() {
      await Promise.all([worker?.close(true), events?.close(), queue.close()]);
    },
  };
}
