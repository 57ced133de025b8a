import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startN8n } from '../e2e/n8n.ts';
import { CONTESTANTS, MODEL, benchCredentials, benchWorkflows } from './bench-workflows.ts';
import { load, typical } from './load.ts';
import type { Load } from './load.ts';
import { startProgram } from './start-program.ts';

// What the CTO Agent node adds to a workflow, beside n8n's own AI Agent on the same n8n and the same stand-in model.
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '6' }, rounds: { type: 'string', default: '5' } } });
const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const apiKey = 'key-of-the-benchmark-0123456789';
const body = { question: 'Which queue survives a crash?' };
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
  for (const { path } of CONTESTANTS) await load(`${n8n.baseUrl}/webhook/${path}`, body, 2, 3);

  for (const connections of [1, 10]) {
    const results: Load[][] = CONTESTANTS.map(() => []);
    // Round by round, so that whatever disturbs the machine disturbs all of them.
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, { path }] of CONTESTANTS.entries()) results[index]!.push(await load(`${n8n.baseUrl}/webhook/${path}`, body, connections, seconds));
    }
    report(connections, results.map(typical));
  }
  console.log(`\nruntime: ready after ${Math.round(runtime.readyAfterMs)} ms (target 2000: ${met(runtime.readyAfterMs <= 2_000)}), `
    + `${Math.round(idleMegabytes)} MB RSS when idle (target 150: ${met(idleMegabytes <= 150)})`);
} finally {
  for (const close of closers.reverse()) await close();
}

function met(yes: boolean): string {
  return yes ? 'met' : 'MISSED';
}

function report(connections: number, [trivial, builtIn, ours]: Load[]): void {
  console.log(`\nwebhook → node → respond, ${connections} connection${connections === 1 ? '' : 's'}, median of ${rounds} rounds of ${seconds} s`);
  const row = (...cells: string[]) => console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(10))).join(''));
  row('', 'p50 ms', 'p99 ms', 'req/s', 'added p50', 'p50 ratio');
  [trivial!, builtIn!, ours!].forEach((result, index) => row(
    CONTESTANTS[index]!.name, String(result.p50), String(result.p99), result.perSecond.toFixed(1),
    String(result.p50 - trivial!.p50), (result.p50 / trivial!.p50).toFixed(2),
  ));
  console.log(`CTO Agent to AI Agent: p50 ${(ours!.p50 / builtIn!.p50).toFixed(2)}, p99 ${(ours!.p99 / builtIn!.p99).toFixed(2)}, `
    + `req/s ${(ours!.perSecond / builtIn!.perSecond).toFixed(2)}; no more added time than the built-in agent: ${met(ours!.p50 <= builtIn!.p50)}`);
}
