import { once } from 'node:events';
import { createPredictor } from './predictor/predictor.ts';

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

/** Only a line feed ends a line: node:readline would also split at U+2028, which JSON allows inside a string. */
async function* linesOf(input: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    yield lines;
  }
  if (rest) yield [rest];
}

const { score } = createPredictor();
let number = 0;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

for await (const lines of linesOf(process.stdin.setEncoding('utf8'))) {
  // One write for what came together: a write for each line would cost more than its score.
  let answers = '';
  for (const line of lines) {
    number += 1;
    const read = readPrompt(line);
    if ('error' in read) {
      process.exitCode = 1;
      process.stderr.write(`line ${number} ${read.error}\n`);
      answers += `${JSON.stringify({ error: `line ${number} ${read.error}` })}\n`;
    } else answers += `${JSON.stringify({ score: score(read.prompt) })}\n`;
  }
  if (answers && !process.stdout.write(answers)) await once(process.stdout, 'drain');
}
