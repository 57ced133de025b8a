import type { AgentDescription } from '../contract/agent-description.ts';
import type { WorkerDescription } from '../contract/worker.ts';
import { toAiosError } from '../errors.ts';
import type { Logger } from '../events/logger.ts';
import { HEARTBEAT_MS, type WorkerRegistry } from './worker-registry.ts';

/** Says again and again that this worker lives. */
export interface Presence {
  /** Says at once what has changed. */
  say(): Promise<void>;
  close(): Promise<void>;
}

export interface PresenceOptions {
  readonly workers: WorkerRegistry;
  readonly describe: () => WorkerDescription;
  readonly agents: readonly AgentDescription[];
  readonly logger: Logger;
}

/** The first heartbeat is on its way when this returns. */
export function startPresence({ workers, describe, agents, logger }: PresenceOptions): Presence {
  let reported = false;

  async function say(): Promise<void> {
    try {
      await workers.announce(describe(), agents);
      reported = false;
    } catch (error) {
      if (!reported) logger.warn({ reason: toAiosError(error).message }, 'the other processes could not be told of this worker');
      reported = true; // once for each outage
    }
  }

  const timer = setInterval(() => void say(), HEARTBEAT_MS).unref();
  void say();
  return {
    say,
    async close() {
      clearInterval(timer);
      if (reported) return; // the store is away; to ask it would only hold up the end
      await workers.withdraw(describe().id).catch(() => undefined); // it is forgotten by itself
    },
  };
}
