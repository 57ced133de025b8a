import { runPrepared } from './run-prepared.mjs';

/** `node local/with-packages.mjs <script> …`: runs a script on Node 24 once packages and builds are there. */
const [script, ...rest] = process.argv.slice(2);
if (!script) throw new Error('Give the script to run.');
process.exit(await runPrepared({
  n8n: false,
  commands: [{ title: script, parameters: ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', script, ...rest] }],
}));
