import { z } from 'zod';
import type { AgentRegistry } from '../agents/registry.ts';
import type { AgentDescription } from '../contract/agent-description.ts';
import { AiosError, toAiosError } from '../errors.ts';
import type { Logger } from '../events/logger.ts';
import type { InputFinder } from './submit.ts';
import type { WorkerRegistry } from './worker-registry.ts';

const REFRESH_MS = 5_000;

/** The agents of this process and those that workers have told of: a worker may be newer than this process, or have more. */
export interface KnownAgents extends InputFinder {
  /** Each with the number of live workers that have it; null: not known now. */
  describe(): Promise<readonly (AgentDescription & { readonly workers: number | null })[]>;
  close(): void;
}

export interface KnownAgentsOptions {
  readonly registry: AgentRegistry;
  readonly workers: WorkerRegistry;
  readonly logger: Logger;
  readonly refreshMs?: number;
}

export function createKnownAgents({ registry, workers, logger, refreshMs = REFRESH_MS }: KnownAgentsOptions): KnownAgents {
  const own = new Set(registry.describe().map(({ name }) => name));
  let told: ReadonlyMap<string, AgentDescription> = new Map();
  const schemas = new WeakMap<object, z.ZodType>();
  const timer = setInterval(() => void refresh(), refreshMs).unref();

  async function refresh(): Promise<void> {
    try {
      told = await workers.agents();
    } catch (error) {
      logger.warn({ reason: toAiosError(error).message }, 'the agents of other workers could not be read');
    }
  }

  function schemaOf(operation: AgentDescription['operations'][number]): z.ZodType {
    const known = schemas.get(operation);
    if (known) return known;
    const schema = z.fromJSONSchema(operation.inputSchema as Parameters<typeof z.fromJSONSchema>[0]);
    schemas.set(operation, schema);
    return schema;
  }

  return {
    find(agent, operation) {
      const elsewhere = own.has(agent) ? undefined : told.get(agent);
      if (!elsewhere) return registry.find(agent, operation);
      const found = elsewhere.operations.find(({ name }) => name === operation);
      if (found) return { inputSchema: schemaOf(found) };
      throw new AiosError('unknown_agent',
        `The agent "${agent}" has no operation "${operation}". Use one of: ${elsewhere.operations.map(({ name }) => name).join(', ')}.`);
    },
    async describe() {
      await refresh();
      const live = await workers.workers().catch(() => null);
      const count = (name: string) => live && live.filter(({ draining, agents }) => !draining && agents.some((agent) => agent.name === name)).length;
      return [...registry.describe(), ...[...told.values()].filter(({ name }) => !own.has(name))].map((agent) => ({ ...agent, workers: count(agent.name) }));
    },
    close: () => clearInterval(timer),
  };
}
