import type { Agent } from '../agent.ts';
import { createRunCommand } from './run-command.ts';

/** The DevOps agent: runs programs on repositories. */
export function createDevopsAgent(): Agent {
  return {
    name: 'devops',
    title: 'DevOps Agent',
    description: 'Runs programs on a working copy of a repository, shut off from the network and the host.',
    operations: [createRunCommand()],
  };
}
