import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { prepareCrash, type CrashOptions, type CrashRun } from './crash-run.ts';
import { serverMissing, startServers, type Server, type Servers } from './start-servers.ts';

const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
/** Stores that are not named are in the data folder. */
const COMBINATIONS: readonly { readonly name: string; readonly only: readonly Server[]; readonly rabbitmq?: 'trixie' }[] = [
  { name: 'the data folder', only: [] },
  { name: 'Postgres', only: ['postgres'] },
  { name: 'RabbitMQ 3', only: ['rabbitmq'] },
  { name: 'Redis and S3', only: ['redis', 's3'] },
  { name: 'Postgres and RabbitMQ 3', only: ['postgres', 'rabbitmq'] },
  { name: 'Postgres and RabbitMQ 4', only: ['postgres', 'rabbitmq'], rabbitmq: 'trixie' },
  { name: 'Postgres, RabbitMQ 3, Redis and S3', only: ['postgres', 'rabbitmq', 'redis', 's3'] },
];

const ALONE = { kills: 20, longestLifeMs: 1_500, leaseMs: 1_500, concurrency: 3, batches: 20, tasksPerBatch: 10 };
/** Enough to be killed at every step of a task, on a server that the test of one driver knows already. */
const WITH_SERVERS = { kills: 8, longestLifeMs: 1_000, leaseMs: 1_000, concurrency: 3, batches: 8, tasksPerBatch: 8 };

describe.each(COMBINATIONS)('with its stores in $name', ({ only, rabbitmq }) => {
  const missing = only.map((name) => serverMissing(name, rabbitmq)).find((reason) => reason !== null) ?? null;
  const size: Omit<CrashOptions, 'seed' | 'servers'> = only.length === 0 ? ALONE : WITH_SERVERS;
  const tasks = size.batches * size.tasksPerBatch;
  let servers: Servers;
  let run: CrashRun;

  beforeEach(async () => {
    if (missing !== null) return;
    servers = await startServers({ only, ...rabbitmq && { rabbitmq } });
    run = await prepareCrash({ seed, servers, ...size });
  }, 60_000);

  afterEach(async () => {
    await run?.close();
    await servers?.stop();
  });

  (missing === null ? test : test.skip)(`${tasks} tasks survive ${size.kills} kills (CRASH_SEED=${seed})${missing === null ? '' : `: ${missing}`}`, async () => {
    const killsAtWork = await run.killAll();
    const { batches, listed } = await run.finish();
    const { github, model, receiver } = run;

    const ended = batches.flatMap((batch) => batch.tasks);
    expect(listed).toHaveLength(tasks);
    expect(ended.filter((task) => task.status !== 'succeeded').map((task) => [task.id, task.status, task.error])).toEqual([]);
    expect(new Set(ended.map((task) => task.id)).size).toBe(tasks);

    const reviews = Map.groupBy(github.reviews, (review) => review.number);
    expect([...reviews.values()].filter((of) => of.length !== 1)).toEqual([]);
    expect(reviews.size).toBe(tasks / 2);
    expect(github.violations).toEqual([]);

    expect(run.paidAgain()).toEqual([]);
    expect(new Set(model.requests.map((call) => `${run.itemIn(call)} ${call.contentHash}`)).size).toBe(tasks);
    expect(ended.filter((task) => task.spend.calls !== 1).map((task) => [task.id, task.spend.calls])).toEqual([]);

    expect([...receiver.woken.keys()].toSorted()).toEqual([...run.batchIds.values()].toSorted());
    expect(receiver.changed).toEqual([]);
    for (const { tasks: outcomes } of receiver.woken.values()) expect(outcomes.map(({ index }) => index)).toEqual([...outcomes.keys()]);
    console.log(`${killsAtWork} of ${size.kills} kills met unfinished tasks; ${model.requests.length} model calls for ${tasks} tasks; ` +
      `${github.reviews.length} reviews; ${receiver.woken.size} callbacks, ${receiver.repeated()} of them repeated`);
    expect(killsAtWork).toBeGreaterThanOrEqual(size.kills * 0.8);
    expect(await run.stop()).toBe(0);
  }, 240_000);
});
