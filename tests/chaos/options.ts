import { parseArgs } from 'node:util';
import { SERVERS, type Server } from '../crash/start-servers.ts';

export interface Options {
  readonly seed: number;
  readonly tasks: number;
  /** How long things go wrong. */
  readonly durationMs: number;
  readonly killsEach: number;
  /** Servers that are used where they can be started. */
  readonly servers: readonly Server[];
  /** 4.0 in place of 3.10. */
  readonly newRabbitmq: boolean;
  /** Says all that it does. */
  readonly verbose: boolean;
}

const USAGE = `Usage: npm run test:chaos -- [--seed <number>] [--tasks 2000] [--minutes 2.5] [--kills 5] [--without ${SERVERS.join(',')}] [--rabbitmq4] [--verbose]`;

/** Throws a text for the person who gave them. */
export function readOptions(words: readonly string[]): Options {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...words],
      options: {
        seed: { type: 'string' }, tasks: { type: 'string' }, minutes: { type: 'string' }, kills: { type: 'string' }, without: { type: 'string' },
        rabbitmq4: { type: 'boolean' }, verbose: { type: 'boolean' },
      },
    }));
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`);
  }
  const number = (name: string, text: string | undefined, usual: number, least: number) => {
    const value = text === undefined ? usual : Number(text);
    if (Number.isFinite(value) && value >= least) return value;
    throw new Error(`--${name} must be a number from ${least}.\n${USAGE}`);
  };
  const without = (values.without ?? '').split(',').filter((name) => name !== '');
  const unknown = without.find((name) => !(SERVERS as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`--without does not know ${unknown}.\n${USAGE}`);
  return {
    seed: Math.floor(number('seed', values.seed, Date.now() % 1_000_000, 0)),
    tasks: Math.floor(number('tasks', values.tasks, 2_000, 1)),
    durationMs: number('minutes', values.minutes, 2.5, 0.1) * 60_000,
    killsEach: Math.floor(number('kills', values.kills, 5, 0)),
    servers: SERVERS.filter((name) => !without.includes(name)), newRabbitmq: values.rabbitmq4 ?? false, verbose: values.verbose ?? false,
  };
}
