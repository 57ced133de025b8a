import { runPrepared } from './run-prepared.mjs';

/** `node local/with-n8n.mjs <script> …`: runs a script on Node 24 once packages, builds and n8n are there. */
const [script, ...rest] = process.argv.slice(2);
if (!script) throw new Error('Give the script to run.');
process.exit(await runPrepared({
  n8n: true,
  commands: [{ title: script, parameters: ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', script, ...rest] }],
}));
