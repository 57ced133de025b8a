import { parseArgs } from 'node:util';
import { startAnthropicStandIn } from './anthropic/start-anthropic-stand-in.ts';
import { startOllamaStandIn } from './ollama/start-ollama-stand-in.ts';
import { startOpenAiStandIn } from './openai/start-openai-stand-in.ts';
import type { LlmStandIn } from './stand-in.ts';

// node tests/stand-ins/llm/serve.ts --port 0 --service openai [--text "a fixed answer"]
// Says {"event":"ready","url":"…"} on its first line and runs until SIGTERM or SIGINT.
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    service: { type: 'string', default: 'openai' },
    text: { type: 'string' },
  },
});

const options = { port: Number(values.port), keepRequests: false, ...(values.text === undefined ? {} : { script: values.text }) };
const starts: Readonly<Record<string, () => Promise<LlmStandIn>>> = {
  anthropic: () => startAnthropicStandIn(options),
  ollama: () => startOllamaStandIn(options),
  openai: () => startOpenAiStandIn({ ...options, requiresKey: false }),
};
const start = starts[values.service];
if (start === undefined || !Number.isInteger(options.port)) {
  process.stderr.write(`Usage: serve.ts --port <number> --service <${Object.keys(starts).join('|')}> [--text <answer>]\n`);
  process.exit(2);
}

const standIn = await start();
process.stdout.write(`${JSON.stringify({ event: 'ready', service: values.service, url: standIn.url })}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    standIn.close().catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    });
  });
}
