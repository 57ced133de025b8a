import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PgBoss } from 'pg-boss';
import type { Contestant, Part, Servers } from './contestant.ts';
import { listenForEnds, tellOfEnds } from './ends.ts';
import { callModel } from './model-call.ts';

interface Work {
  readonly modelCalls: number;
}

/** How a worker learns that there is something to do: by a call, which is for one process, by NOTIFY, or by looking often. */
export type Wake = 'call' | 'notify' | 'polling';

/** Of 1 to 5 of them. */
const WORKERS = 2;
/** Of 10 to 100, with which it did most a second. A batch that is full is followed by another at once. */
const BATCH: Readonly<Record<Wake, number>> = { call: 100, notify: 100, polling: 10 };
const SHORTEST_POLLING = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5, burstWhenBatchFull: true };

/**
 * pg-boss with the settings that made it quickest. It tells nobody of an end, so an end is known here as soon as the statement
 * that writes it is answered, to other processes by a socket: neither costs the database anything.
 */
export async function openPgBoss({ postgres, model }: Servers, { role, group }: Part, wake: Wake): Promise<Contestant> {
  const notify = wake === 'notify';
  const boss = new PgBoss({ connectionString: postgres, useListenNotify: notify });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  const queue = `bench-${group}`;
  await boss.createQueue(queue, { notify });
  const waiting = new Map<string, () => void>();
  const end = (id: string) => {
    waiting.get(id)?.();
    waiting.delete(id);
  };
  const path = join(tmpdir(), `aios-bench-${group}.sock`);
  const listener = role === 'submitter' ? await listenForEnds(path, end) : null;
  const tell = role === 'worker' ? tellOfEnds(path) : (ids: readonly string[]) => ids.forEach(end);
  if (role !== 'submitter') whenCompleted(boss, tell);

  const handle = async (jobs: readonly { readonly data: Work }[]) => {
    await Promise.all(jobs.map(async ({ data }) => {
      for (let call = 0; call < data.modelCalls; call += 1) await callModel(model);
    }));
  };
  const workers = role === 'submitter' ? [] : await Promise.all(Array.from({ length: WORKERS }, () => boss.work<Work>(queue, { ...SHORTEST_POLLING, batchSize: BATCH[wake] }, handle)));
  let turn = 0;
  return {
    async run(modelCalls) {
      const id = randomUUID();
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(id, resolve);
      await boss.send(queue, { modelCalls } satisfies Work, { id });
      if (wake === 'call') boss.notifyWorker(workers[turn++ % WORKERS]!);
      await promise;
    },
    async close() {
      listener?.close();
      await boss.stop({ graceful: false });
    },
  };
}

/** Calls back with the ids of jobs once it is written that they are completed. */
function whenCompleted(boss: PgBoss, completed: (ids: readonly string[]) => void): void {
  const database = boss.getDb();
  const executeSql = database.executeSql.bind(database);
  database.executeSql = async (text, values) => {
    const result = await executeSql(text, values);
    const ids = values?.[1];
    if (text.includes("state = 'completed'") && Array.isArray(ids)) completed(ids as string[]);
    return result;
  };
}
