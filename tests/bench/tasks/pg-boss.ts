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

/** Two that fetch many at once and go on while there are many did most a second, of all that was tried. */
const WORKERS = 2;
const POLLING = { batchSize: 100, pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5, burstWhenBatchFull: true };

/**
 * pg-boss with what makes it quickest: in one process the worker is woken by a call, as NOTIFY has all commits wait for each
 * other; between processes by NOTIFY. It tells nobody of an end, so it is known here as soon as the statement that writes it
 * is answered, in other processes by a socket: neither costs the database anything.
 */
export async function openPgBoss({ postgres, model }: Servers, { role, group }: Part): Promise<Contestant> {
  const between = role !== 'all';
  const boss = new PgBoss({ connectionString: postgres, useListenNotify: between });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  const queue = `bench-${group}`;
  await boss.createQueue(queue, { notify: between });
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
  const workers = role === 'submitter' ? [] : await Promise.all(Array.from({ length: WORKERS }, () => boss.work<Work>(queue, POLLING, handle)));
  let turn = 0;
  return {
    async run(modelCalls) {
      const id = randomUUID();
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(id, resolve);
      await boss.send(queue, { modelCalls } satisfies Work, { id });
      if (!between) boss.notifyWorker(workers[turn++ % WORKERS]!);
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
