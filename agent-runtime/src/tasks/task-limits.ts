import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { toAiosError } from '../errors.ts';
import type { Logger } from '../events/logger.ts';
import type { Limit, Limits, Place } from '../stores/state/state.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/** What a task counts for. */
export interface LimitedTask {
  readonly taskId: string;
  readonly agent: string;
  /** `owner/name`; null: none. */
  readonly repository: string | null;
}

/** Keeps no more tasks of an agent or on a repository under way at once than is allowed, whatever workers run them. */
export interface TaskLimits {
  /** Whether a task of this agent may have to wait. */
  mayLimit(agent: string): boolean;
  /** Whether the task's repository has to be known. */
  readonly byRepository: boolean;
  /** Waits a while for a place. `full`: there was none. */
  enter(task: LimitedTask, signal: AbortSignal): Promise<TaskPlace | 'full'>;
  /** Keeps the places of the tasks under way; to be called several times within their time. */
  renew(): Promise<void>;
}

export interface TaskPlace {
  leave(): void;
}

export interface TaskLimitsOptions {
  readonly limits: Limits;
  readonly agentLimits: ReadonlyMap<string, number>;
  /** 0: any number. */
  readonly repositoryLimit: number;
  /** How long the places of a worker that died stay taken. */
  readonly ttlMs: number;
  readonly logger: Logger;
  /** A worker's place for a delivery is taken while it waits, so it is short. */
  readonly waitMs?: number;
}

const NO_PLACE: TaskPlace = { leave: () => undefined };

export function createTaskLimits({ limits, agentLimits, repositoryLimit, ttlMs, logger, waitMs = 2_000 }: TaskLimitsOptions): TaskLimits {
  const places = new Set<Place>();

  function applying({ agent, repository }: LimitedTask): readonly Limit[] {
    const agentLimit = agentLimits.get(agent);
    return [
      ...agentLimit === undefined ? [] : [{ name: `agent:${agent}`, limit: agentLimit }],
      ...repository === null || repositoryLimit === 0 ? [] : [{ name: `repository:${repository.toLowerCase()}`, limit: repositoryLimit }],
    ];
  }

  function taken(taskId: string, place: Place): TaskPlace {
    places.add(place);
    return {
      leave() {
        places.delete(place);
        limits.give(place).catch((error: unknown) => logger.warn({ taskId, reason: toAiosError(error).message }, 'a place was not given back; it ends by itself'));
      },
    };
  }

  return {
    mayLimit: (agent) => repositoryLimit > 0 || agentLimits.has(agent),
    byRepository: repositoryLimit > 0,
    async enter(task, signal) {
      const wanted = applying(task);
      if (wanted.length === 0) return NO_PLACE;
      const holder = `${task.taskId}/${randomUUID()}`;
      const until = performance.now() + waitMs;
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
        const answer = await limits.take(holder, wanted, ttlMs);
        if (answer.taken) return taken(task.taskId, answer.place);
        if (signal.aborted || performance.now() >= until) return 'full';
        await pause(pauseMs, undefined, { signal }).catch(() => undefined); // aborted: looked at above
      }
    },
    async renew() {
      if (places.size > 0) await limits.renew([...places], ttlMs);
    },
  };
}
