import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@jest/globals';
import { createConsumers } from '../../agent-runtime/src/stores/queue/embedded-consumers.ts';
import { messageTable } from '../../agent-runtime/src/stores/queue/message-table.ts';
import { messageOf, places } from './queue-cases.ts';

test.each([['at the commit', false], ['while the second agent is asked', true]])('a disk that is full %s takes no places, and it is said once', async (_case, midway) => {
  const database = new DatabaseSync(':memory:');
  const table = messageTable(database, 'me');
  for (let index = 0; index < 8; index += 1) table.publish(messageOf(`task-${index}`, { agent: index % 2 ? 'smith' : 'clerk' }), Date.now());
  let failures = 0;
  // As SQLite says it; all of the transaction is undone.
  const full = () => {
    if (failures >= 2) return;
    failures += 1;
    throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
  };
  const logged: string[] = [];
  const taken = new Set<string>();
  const all = Promise.withResolvers<void>();
  const consumers = createConsumers({
    table: {
      ...table,
      take(agent, ...how) {
        if (midway && agent === 'smith') full();
        return table.take(agent, ...how);
      },
      transaction: (work) => table.transaction(() => {
        const result = work();
        if (!midway) full();
        return result;
      }),
    },
    foreign: { listen: () => () => undefined, close: () => undefined }, now: Date.now, leaseMs: 30_000, log: (_level, event) => void logged.push(event),
  });
  consumers.add(places(4, { clerk: 4, smith: 4 }), async ({ id }) => {
    taken.add(id);
    if (taken.size === 8) all.resolve();
    return { action: 'ack' };
  });
  await all.promise;
  await consumers.close();
  expect([failures, logged]).toEqual([2, ['queue-not-read']]);
  database.close();
});
