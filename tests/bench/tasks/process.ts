import { parseArgs } from 'node:util';
import { quantile } from '../contest.ts';
import { OPENERS, type Name, type Part, type Servers } from './contestant.ts';

/** What a process of this program is asked for again and again. */
export interface Load {
  readonly inFlight: number;
  readonly modelCalls: number;
  readonly ms: number;
}

/** What it answers. Times are ms. */
export interface Sample {
  readonly tasks: number;
  readonly elapsed: number;
  readonly p50: number;
  readonly p99: number;
}

// One contestant in a process of its own, so that none pays for what another one has in memory.
const { values } = parseArgs({ options: { name: { type: 'string' }, servers: { type: 'string' }, part: { type: 'string' } } });
const contestant = await OPENERS[values.name as Name](JSON.parse(values.servers!) as Servers, JSON.parse(values.part!) as Part);

async function load({ inFlight, modelCalls, ms }: Load): Promise<Sample> {
  const times: number[] = [];
  const began = performance.now();
  await Promise.all(Array.from({ length: inFlight }, async () => {
    while (performance.now() < began + ms) {
      const submitted = performance.now();
      await contestant.run(modelCalls);
      times.push(performance.now() - submitted);
    }
  }));
  return { tasks: times.length, elapsed: performance.now() - began, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

process.on('message', (message: Load | 'close') => {
  const work: Promise<Sample | void> = message === 'close' ? contestant.close() : load(message);
  work.then((sample) => {
    if (sample) process.send!(sample);
    else process.exit(0);
  }, (error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(1));
process.send!('ready');
