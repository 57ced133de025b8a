import { scheduleRequestSchema, type Schedule, type ScheduleRequest } from '../../../agent-runtime/src/contract/schedule.ts';
import { createSchedules } from '../../../agent-runtime/src/tasks/create-schedules.ts';
import { createScheduler, type Scheduler } from '../../../agent-runtime/src/tasks/scheduler.ts';
import { createWorkshop, requestOf, testClock, type Workshop } from './workshop.ts';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
export const NOON = Date.parse('2026-01-05T12:00:00Z');
export const mine = { tenant: 't' };

type Stores = Pick<Workshop, 'records' | 'queue'>;

/** A workshop at noon with schedules, and a scheduler that takes a turn when it is told the time. */
export async function createScheduleBench() {
  const clock = testClock(NOON);
  const workshop = await createWorkshop({ now: clock.now });
  const { registry, callbackOrigins, logger } = workshop;
  const dependenciesOf = ({ records, queue }: Stores) => ({ records, queue, registry, callbackOrigins, logger, now: clock.now });
  const schedulerOf = (stores: Stores): Scheduler => createScheduler(dependenciesOf(stores));
  const schedules = createSchedules(dependenciesOf(workshop));
  const scheduler = schedulerOf(workshop);

  const read = (id: string): Promise<Schedule> => schedules.find(id, mine);
  return {
    workshop, clock, schedules, scheduler, dependenciesOf, schedulerOf, read,

    async create(change: Partial<ScheduleRequest> = {}): Promise<string> {
      const request = scheduleRequestSchema.parse({ name: 'nightly', cron: '0 * * * *', ...requestOf(['a']), ...change });
      return (await schedules.create(request, { tenant: 't' })).schedule.id;
    },

    /** Sets the clock and takes a turn. */
    async at(time: string | number): Promise<void> {
      clock.advance((typeof time === 'string' ? Date.parse(time) : time) - clock.now());
      await scheduler.turn();
    },

    /** The ids of all batches. */
    batches: async () => new Set((await workshop.tasks.list({ limit: 200 })).tasks.map((task) => task.batchId)),

    async endBatches(): Promise<void> {
      const { tasks } = await workshop.tasks.list({ limit: 200, status: 'queued' });
      for (const { id } of tasks) await workshop.tasks.cancel(id);
    },

    /** The history in brief, oldest first: `started 12:00`, `skipped 13:00-15:00 x3 missed`. */
    async history(id: string): Promise<string[]> {
      const time = (text: string | null) => text?.slice(11, 16);
      return (await read(id)).runs.reverse().map((run) => [
        run.status, time(run.scheduledFor) + (run.scheduledUntil === null ? '' : `-${time(run.scheduledUntil)}`),
        ...run.count > 1 ? [`x${run.count}`] : [], ...run.reason === null ? [] : [run.reason],
      ].join(' '));
    },
  };
}

export type ScheduleBench = Awaited<ReturnType<typeof createScheduleBench>>;
