import { runPrepared } from './run-prepared.mjs';

/**
 * `npm test`: types, tests and the import law on a fresh clone. `--e2e` and `--crash` run those tests instead. What
 * else is given goes to jest, and then jest alone runs.
 */
const NAMES = { '--e2e': 'e2e', '--crash': 'crash' };
const [first = '', ...rest] = process.argv.slice(2);
const chosen = NAMES[/** @type {keyof typeof NAMES} */ (first)];
const forJest = chosen ? rest : process.argv.slice(2);
const projects = chosen ? [chosen] : ['nodes', 'runtime', 'contract', 'stand-ins', 'local', 'deploy'];

/** Where CI wants jest's report. */
const report = process.env.AIOS_TEST_REPORT;

/** @param {string} project */
const typeCheck = (project) => ({
  title: `types of ${project}`, parameters: ['node_modules/typescript/bin/tsc', '-p', project, '--noEmit'],
});
const jest = {
  title: `tests: ${projects.join(', ')}`,
  parameters: [
    '--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js',
    ...(chosen ? ['--runInBand'] : ['--testTimeout=30000']), ...(report ? ['--json', `--outputFile=${report}`] : []), ...forJest, '--selectProjects', ...projects,
  ],
};
const importLaw = {
  title: 'import law',
  parameters: ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', 'agent-runtime/src'],
};

process.exit(await runPrepared({
  n8n: chosen === 'e2e',
  commands: chosen || forJest.length > 0 ? [jest] : [typeCheck('.'), typeCheck('agent-runtime'), typeCheck('tests'), typeCheck('local'), importLaw, jest],
}));
