import { z } from 'zod';
import type { AgentDescription } from '../contract/agent-description.ts';
import { AiosError } from '../errors.ts';
import type { Agent, Operation } from './agent.ts';

/** The agents of this runtime, by name. */
export interface AgentRegistry {
  names(): readonly string[];
  /** Throws `unknown_agent`, naming what there is instead. */
  find(agent: string, operation: string): Operation;
  /** All agents with the JSON Schemas of their operations, as GET /v1/agents shows them. */
  describe(): readonly AgentDescription[];
}

/** Throws when two agents, or two operations of one agent, have the same name. */
export function createRegistry(agents: readonly Agent[]): AgentRegistry {
  const operations = new Map<string, Map<string, Operation>>();
  for (const agent of agents) {
    if (operations.has(agent.name)) throw new Error(`Two agents are named ${agent.name}.`);
    operations.set(agent.name, byName(agent));
  }
  let descriptions: readonly AgentDescription[] | undefined;
  return {
    names: () => [...operations.keys()],
    find(agent, operation) {
      const known = operations.get(agent);
      if (!known) {
        throw new AiosError('unknown_agent', `There is no agent "${agent}". Use one of: ${names(operations)} (see GET /v1/agents).`);
      }
      const found = known.get(operation);
      if (!found) {
        throw new AiosError('unknown_agent', `The agent "${agent}" has no operation "${operation}". Use one of: ${names(known)}.`);
      }
      return found;
    },
    describe: () => descriptions ??= agents.map(describeAgent),
  };
}

function byName(agent: Agent): Map<string, Operation> {
  const operations = new Map<string, Operation>();
  for (const operation of agent.operations) {
    if (operations.has(operation.name)) throw new Error(`The agent ${agent.name} has two operations named ${operation.name}.`);
    operations.set(operation.name, operation);
  }
  return operations;
}

function names(map: ReadonlyMap<string, unknown>): string {
  return [...map.keys()].join(', ');
}

function describeAgent(agent: Agent): AgentDescription {
  return {
    name: agent.name,
    title: agent.title,
    description: agent.description,
    operations: agent.operations.map((operation) => ({
      name: operation.name,
      title: operation.title,
      description: operation.description,
      inputSchema: z.toJSONSchema(operation.inputSchema, { io: 'input' }),
      outputSchema: z.toJSONSchema(operation.resultSchema, { io: 'output' }),
    })),
  };
}
