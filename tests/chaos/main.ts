import { linesOf } from './checks.ts';
import { readOptions, type Options } from './options.ts';
import { runChaos, workFor } from './run.ts';
import { setStage } from './stage.ts';

// node tests/chaos/main.ts [--seed 123] [--tasks 200] [--minutes 2]: see options.ts. Prints figures, then a line for each check.
const options = read();
const began = performance.now();
const say = (line: string) => console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
const detail = (line: string) => { if (options.verbose) say(line); };
const stopped = new Promise<never>((_resolve, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
});
stopped.catch(() => undefined); // it may come before anybody waits for it

const { seed, tasks, durationMs } = options;
console.log(`seed ${seed}: the order of events comes again with --seed ${seed} --tasks ${tasks} --minutes ${durationMs / 60_000}`);
const work = workFor(options);
const stage = await setStage(options, work.budgets);
let failed = true;
try {
  for (const [name, reason] of stage.servers.missing) say(`without ${name}: ${reason}`);
  if (work.sandbox !== null) say(`without commands: ${work.sandbox}`);
  const { figures, checks } = await Promise.race([runChaos(stage, options, work, { say, detail }), stopped]);
  for (const line of [...figures, ...checks.flatMap(linesOf)]) console.log(line);
  failed = checks.some(({ problems }) => problems.length > 0);
} catch (error) {
  console.log(`FAILED the chaos test was not carried out\n         ${(error as Error).stack}`);
} finally {
  await stage.close({ keepLogs: failed });
}
if (failed) console.log(`What the processes said is in ${stage.logs}`);
say('done');
process.exit(failed ? 1 : 0);

function read(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}
