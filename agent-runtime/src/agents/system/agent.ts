import type { Agent } from '../agent.ts';
import { createCheck } from './check.ts';

/** What an installation tests itself with. */
export function createSystemAgent(): Agent {
  return {
    name: 'system',
    title: 'System',
    description: 'Checks that tasks are taken, run and told of, and that models answer.',
    operations: [createCheck()],
  };
}
