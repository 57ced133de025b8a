import { describeFailure } from './failure.mjs';
import { createProcesses } from './processes.mjs';
import { USAGE, readSettings } from './settings.mjs';
import { createRunningFile } from './steps/running.mjs';
import { preparePrivateFolder } from './steps/secrets.mjs';
import { runSuite } from './suite.mjs';
import { createTerminal } from './terminal.mjs';
import { watchForStop } from './watch-for-stop.mjs';

process.exit(await main());

/** `npm start`. @returns {Promise<number>} the exit code */
async function main() {
  /** @type {import('./settings.mjs').Settings} */
  let settings;
  try {
    settings = readSettings(process.argv.slice(2), process.env);
    if (!settings.help) preparePrivateFolder(settings.dataFolder);
  } catch (error) {
    console.error(describeFailure(error).join('\n'));
    return 2;
  }
  if (settings.help) {
    console.log(USAGE);
    return 0;
  }

  const terminal = createTerminal(process.stdout, settings.demo ? 7 : 6);
  const running = createRunningFile(settings.dataFolder);
  try {
    const left = await running.takeOver();
    if (left > 0) terminal.line(`Stopped ${left} program${left === 1 ? '' : 's'} that an earlier start had left running.`);
  } catch (error) {
    console.error(describeFailure(error).join('\n'));
    return 1;
  }

  const processes = createProcesses({ onChange: running.write });
  running.write([]);
  const stop = watchForStop(processes);
  /** @type {(() => Promise<void>)[]} */
  const closers = [];
  try {
    const suite = runSuite({ settings, processes, terminal, onClose: (close) => closers.push(close) });
    return await Promise.race([stop.asked, suite]);
  } catch (error) {
    if (stop.wasAsked()) return await stop.asked;
    console.error(describeFailure(error).join('\n'));
    return 1;
  } finally {
    terminal.close();
    console.log('Stopping …');
    await processes.stopAll();
    for (const close of closers) await close();
    running.remove();
    stop.done();
    console.log(`Stopped. All data is kept in ${settings.dataFolder}.`);
  }
}
