import type { AgentDescription } from '../contract/agent-description.ts';
import { agentDescriptionSchema } from '../contract/agent-description.ts';
import { workerSchema, type WorkerDescription } from '../contract/worker.ts';
import type { Memory } from '../stores/state/state.ts';

const WORKERS = 'workers';
const AGENTS = 'agents';

/** How often a worker says that it lives, and for how long it is believed. */
export const HEARTBEAT_MS = 5_000;
const BELIEVED_MS = 3 * HEARTBEAT_MS;

/** Who runs tasks, and what they can do. It is what workers said a moment ago: nothing that must be right depends on it. */
export interface WorkerRegistry {
  announce(worker: WorkerDescription, agents: readonly AgentDescription[]): Promise<void>;
  withdraw(workerId: string): Promise<void>;
  /** Live ones, oldest start first. */
  workers(): Promise<readonly WorkerDescription[]>;
  /** Agents that live workers have, by name. */
  agents(): Promise<ReadonlyMap<string, AgentDescription>>;
}

export function createWorkerRegistry(memory: Memory): WorkerRegistry {
  return {
    async announce(worker, agents) {
      await Promise.all([
        memory.setMember(WORKERS, worker.id, JSON.stringify(worker), BELIEVED_MS),
        ...agents.map((agent) => memory.setMember(AGENTS, agent.name, JSON.stringify(agent), BELIEVED_MS)),
      ]);
    },
    withdraw: (workerId) => memory.deleteMember(WORKERS, workerId),
    async workers() {
      const found = [...(await memory.members(WORKERS)).values()].flatMap((text) => parsed(text, workerSchema));
      return found.sort((a, b) => a.startedAt.localeCompare(b.startedAt) || a.id.localeCompare(b.id));
    },
    async agents() {
      const found = [...(await memory.members(AGENTS)).values()].flatMap((text) => parsed(text, agentDescriptionSchema));
      return new Map(found.map((agent) => [agent.name, agent]));
    },
  };
}

/** What another version wrote in another form is passed by. */
function parsed<Value>(text: string, schema: { safeParse(value: unknown): { success: true; data: Value } | { success: false } }): Value[] {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? [result.data] : [];
  } catch {
    return [];
  }
}
