import { PgBoss } from 'pg-boss';
import type { Contestant, Servers } from './contestant.ts';
import { callModel } from './model-call.ts';

const QUEUE = 'bench';

interface Work {
  readonly key: number;
  readonly modelCalls: number;
}

/**
 * pg-boss as its documentation has it for throughput and quick starts: NOTIFY wakes the workers, which fetch batches and go on
 * while those are full. It tells nobody of an end, so it counts as known as soon as the handler is done, before it is written.
 */
export async function openPgBoss({ postgres, model }: Servers): Promise<Contestant> {
  const boss = new PgBoss({ connectionString: postgres, max: 20, useListenNotify: true });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  await boss.createQueue(QUEUE, { notify: true });
  const waiting = new Map<number, () => void>();
  let count = 0;
  await boss.work<Work>(QUEUE, { batchSize: 20, localConcurrency: 5, pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5, burstWhenBatchFull: true }, async (jobs) => {
    await Promise.all(jobs.map(async ({ data }) => {
      for (let call = 0; call < data.modelCalls; call += 1) await callModel(model);
    }));
    for (const { data } of jobs) {
      waiting.get(data.key)?.();
      waiting.delete(data.key);
    }
  });
  return {
    async run(modelCalls) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const key = count++;
      waiting.set(key, resolve);
      await boss.send(QUEUE, { key, modelCalls } satisfies Work);
      await promise;
    },
    close: () => boss.stop({ graceful: false }),
  };
}
