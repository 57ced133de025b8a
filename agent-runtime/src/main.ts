import { setFlagsFromString } from 'node:v8';
import { ConfigError, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { createLogger } from './telemetry/logger.ts';
import { mayPass, startFailure } from './start-failure.ts';

/** The process failed; a supervisor may start it again. */
const EXIT_FAILURE = 1;
/** Starting again is useless until somebody changes something; stderr says what. */
const EXIT_SETUP = 2;

/**
 * How much the old heap may grow between two full collections, in percent. V8 lets it grow fourfold by itself, which under
 * load is some 150 MB of garbage; a full collection takes 5 to 10 ms, so it can come more often.
 */
const HEAP_GROWTH = 50;

async function main(): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  // V8 would place objects that often outlive a young collection in the old heap at once. Those of a request do under load, die
  // right after it, and then keep what they point to alive: ten times as much had to be moved by each young collection.
  setFlagsFromString('--no-allocation-site-pretenuring');
  const { config, warnings } = readConfigOrExit();
  const log = createLogger(config.logLevel);
  for (const warning of warnings) log.warn({ event: 'config-warning' }, warning);
  const fail = (error: unknown, event: string): never => {
    log.fatal({ event, err: error });
    process.exit(EXIT_FAILURE);
  };
  process.on('uncaughtException', (error) => fail(error, 'uncaught-exception'));
  process.on('unhandledRejection', (error) => fail(error, 'unhandled-rejection'));
  try {
    const { createRuntime } = await import('./wire.ts');
    const runtime = await createRuntime(config, log);
    stopOnSignal(async (signal) => {
      log.info({ event: 'stopping', signal, drainMs: config.drainMs });
      await runtime.stop();
      log.info({ event: 'stopped' });
    });
    const { port } = await runtime.start();
    // Whoever started the runtime waits for this line, so it is written at every log level.
    log.child({}, { level: 'info' }).info({ event: 'ready', port, role: config.role });
  } catch (error) {
    const reason = startFailure(error, config);
    if (reason === null) fail(error, 'start-failed');
    process.stderr.write(`${reason}\n`);
    process.exit(mayPass(error, config) ? EXIT_FAILURE : EXIT_SETUP);
  }
}

function readConfigOrExit(): { config: Config; warnings: string[] } {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_SETUP);
  }
}

/** The first SIGTERM or SIGINT stops in order, a second one at once. */
function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let stopping = false;
  const handle = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(EXIT_FAILURE);
    stopping = true;
    stop(signal).then(() => process.exit(0));
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
}

await main();
