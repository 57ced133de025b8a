import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createPredictor } from './predictor/predictor.ts';

/** Lines are written together once so many characters wait: a write for each would cost more than the score. */
const CHUNK = 16_384;

/** The prompt of one line, or why there is none. */
function readPrompt(line: string): { prompt: string } | { error: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { error: 'is not JSON: write {"prompt": "…"} on one line' };
  }
  const prompt = (value as { prompt?: unknown } | null)?.prompt;
  return typeof prompt === 'string' ? { prompt } : { error: 'has no text in "prompt": write {"prompt": "…"}' };
}

const { score } = createPredictor();
const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
let number = 0;
let waiting = '';

async function flush(): Promise<void> {
  const chunk = waiting;
  waiting = '';
  if (chunk && !process.stdout.write(chunk)) await once(process.stdout, 'drain');
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

for await (const line of lines) {
  number += 1;
  const read = readPrompt(line);
  if ('error' in read) {
    process.exitCode = 1;
    process.stderr.write(`line ${number} ${read.error}\n`);
    waiting += `${JSON.stringify({ error: `line ${number} ${read.error}` })}\n`;
  } else waiting += `{"score":${score(read.prompt)}}\n`;
  if (waiting.length >= CHUNK || process.stdin.readableLength === 0) await flush();
}
await flush();
