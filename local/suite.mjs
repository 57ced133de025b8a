import path from 'node:path';
import { Failure } from './failure.mjs';
import { reviewText } from './review-text.mjs';
import { requireGit } from './sample/git.mjs';
import { startSample } from './sample/server.mjs';
import { build } from './steps/build.mjs';
import { installN8n, installRoot } from './steps/install-packages.mjs';
import { requireFreePorts } from './steps/ports.mjs';
import { reviewSample } from './steps/review-sample.mjs';
import { loadSecrets, secretsFile } from './steps/secrets.mjs';
import { startN8n } from './steps/start-n8n.mjs';
import { startRuntime } from './steps/start-runtime.mjs';
import { verify } from './steps/verify.mjs';
import { duration } from './terminal.mjs';

/** @typedef {{ url: string, program: ReturnType<import('./processes.mjs').Processes['start']> }} Started */

/** Never resolves; throws once a program ends that should stay up. @param {Record<string, Started>} programs @returns {Promise<never>} */
function death(programs) {
  const ends = Object.entries(programs).map(async ([name, { program }]) => {
    const exitCode = await program.ended;
    throw new Failure(
      `${name} ended by itself (${exitCode === null ? 'killed' : `exit code ${exitCode}`}).`,
      'See its output, then start again: nothing that was accepted is lost.', { log: program.log, tail: program.tail },
    );
  });
  const first = Promise.race(ends);
  first.catch(() => {}); // It may come before anybody waits for it.
  return first;
}

/**
 * Installs, builds, starts, reviews the sample, and stays up until a program dies; with `check` it verifies and ends.
 * @param {{ settings: import('./settings.mjs').Settings, processes: import('./processes.mjs').Processes,
 *           terminal: ReturnType<typeof import('./terminal.mjs').createTerminal>, onClose: (close: () => Promise<void>) => void }} options
 * @returns {Promise<number>} the exit code
 */
export async function runSuite({ settings, processes, terminal, onClose }) {
  const began = Date.now();
  const { dataFolder } = settings;
  const logFolder = path.join(dataFolder, 'logs');
  await terminal.step('Checking this machine', async () => {
    requireGit();
    await requireFreePorts([
      { port: settings.runtimePort, what: 'the agent runtime', option: '--port', variable: 'AIOS_PORT' },
      { port: settings.n8nPort, what: 'n8n', option: '--n8n-port', variable: 'N8N_PORT' },
      { port: settings.samplePort, what: 'the sample pull request', option: '--sample-port', variable: 'AIOS_SAMPLE_PORT' },
    ]);
    return { note: `Node.js ${process.version}, git and the ports are there` };
  });
  await terminal.step('Packages', (say) => installRoot({ processes, logFolder, say }));
  await terminal.step('Build', (say) => build({ processes, logFolder, say }));
  await terminal.step('n8n', (say) => installN8n({ processes, logFolder, say }));

  const secrets = await loadSecrets(dataFolder);
  const sample = await startSample({ dataFolder, port: settings.samplePort });
  onClose(sample.close);
  const runtime = await terminal.step('Starting the agent runtime', async () => {
    const started = await startRuntime(processes, { settings, secrets, sampleApiUrl: sample.apiUrl, logFolder });
    return { ...started, note: started.url };
  });
  const n8n = await terminal.step('Starting n8n', async (say) => {
    const started = await startN8n(processes, { settings, secrets, runtimeUrl: runtime.url, logFolder, say });
    return { ...started, note: started.url };
  });
  const died = death({ 'The agent runtime': runtime, n8n });

  const shown = settings.demo
    ? await terminal.step('Reviewing the sample pull request in n8n', async (say) => {
      const done = await Promise.race([died, reviewSample({ n8nUrl: n8n.url, sample, secrets, n8nLog: n8n.program.log, say })]);
      return { ...done, note: 'done' };
    })
    : null;
  terminal.lines(shown ? ['', ...reviewText(shown.review), ''] : ['']);

  if (settings.check && shown) {
    const checks = await verify({ ...shown, sample, runtimeUrl: runtime.url, apiKey: secrets.runtimeApiKey });
    terminal.lines(checks.map(({ title, passed }) => `${passed ? 'ok     ' : 'FAILED '} ${title}`));
    return checks.every(({ passed }) => passed) ? 0 : 1;
  }

  terminal.lines([
    `  n8n editor      ${n8n.url}   sign in as ${secrets.ownerEmail} with ${secrets.ownerPassword}`,
    ...(shown?.execution ? [`  this execution  ${shown.execution.url}`] : []),
    `  pull request    ${sample.pageUrl}`,
    `  API docs        ${runtime.url}/docs   the API key is in ${secretsFile(dataFolder)}`,
    `  logs            ${logFolder}`,
    '',
    `Up after ${duration(Date.now() - began)}. Ctrl-C stops everything.`,
  ]);
  return await died;
}
