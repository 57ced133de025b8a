import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startN8n } from '../e2e/n8n.ts';
import { CONTESTANTS, MODEL, benchCredentials, benchWorkflows } from './bench-workflows.ts';
import { playRound } from './contest.ts';
import type { Result } from './contest.ts';
import { met, reportContest } from './node-report.ts';
import { startProgram } from './start-program.ts';

// What the CTO Agent node adds to a workflow, beside n8n's own AI Agent on the same n8n and the same stand-in model.
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '3' }, rounds: { type: 'string', default: '15' }, connections: { type: 'string', default: '1,10' } } });
const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const apiKey = 'key-of-the-benchmark-0123456789';
const body = JSON.stringify({ question: 'Which queue survives a crash?' });
const closers: (() => Promise<void>)[] = [];

try {
  const folder = await mkdtemp(join(tmpdir(), 'aios-bench-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const llm = await startProgram(here('../stand-ins/llm/serve.ts'), ['--service', 'openai', '--text', 'A durable one.'], {});
  closers.push(() => llm.stop());
  const llmUrl = String(llm.ready.url);
  const runtime = await startProgram(here('../../agent-runtime/dist/main.js'), [], {
    AIOS_PORT: '0', AIOS_DATA_DIR: folder, AIOS_API_KEYS: `bench:${apiKey}`, AIOS_LOG_LEVEL: 'info',
    OPENAI_BASE_URL: `${llmUrl}/v1`, OPENAI_API_KEY: 'none', OPENAI_MODELS: MODEL, OPENAI_MODELS_FREE: 'true',
  });
  closers.push(() => runtime.stop());
  await pause(3_000);
  const idleMegabytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(runtime.pid)], { encoding: 'utf8' })) / 1024;
  const n8n = await startN8n({
    workflows: benchWorkflows(), credentials: benchCredentials({ runtimeUrl: `http://127.0.0.1:${String(runtime.ready.port)}`, apiKey, llmUrl }),
  });
  closers.push(() => n8n.close());
  const addresses = CONTESTANTS.map(({ path }) => `${n8n.baseUrl}/webhook/${path}`);
  await playRound(addresses, body, { connections: 2, seconds: 5, round: 0 });

  for (const connections of values.connections.split(',').map(Number)) {
    const results: (readonly Result[])[] = [];
    for (let round = 0; round < rounds; round += 1) results.push(await playRound(addresses, body, { connections, seconds, round }));
    console.log(reportContest(CONTESTANTS.map(({ name }) => name), { connections, seconds, load: loadavg()[0]!, rounds: results }));
  }
  console.log(`\nruntime: ready after ${Math.round(runtime.readyAfterMs)} ms (target 2000: ${met(runtime.readyAfterMs <= 2_000)}), `
    + `${Math.round(idleMegabytes)} MB RSS when idle (target 150: ${met(idleMegabytes <= 150)})`);
} finally {
  for (const close of closers.reverse()) await close();
}
