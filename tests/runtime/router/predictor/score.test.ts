import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { createPredictor } from '../../../../agent-runtime/src/router/predictor/predictor.ts';

const program = fileURLToPath(new URL('../../../../agent-runtime/src/router/score.ts', import.meta.url));

async function run(input: string) {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => { child.on('exit', resolve); });
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { lines: out.split('\n').slice(0, -1).map((line) => JSON.parse(line) as { score?: number; error?: string }), err, code };
}

describe('scoring lines', () => {
  test('answers each line with its score, in order', async () => {
    const prompts = Array.from({ length: 3000 }, (_, at) => `Question ${at}: what is ${at} times ${at % 7}? ${'More words. '.repeat(at % 13)}`);
    const { lines, err, code } = await run(prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''));
    const { score } = createPredictor();
    expect(lines).toEqual(prompts.map((prompt) => ({ score: score(prompt) })));
    expect({ err, code }).toEqual({ err: '', code: 0 });
  });

  test('answers a bad line with an error on its line, goes on, and exits with 1', async () => {
    const { lines, err, code } = await run('{"prompt":"One?"}\nnot json\n{"prompt":5}\n\n{"prompt":"Two?"}');
    expect(lines.map((line) => Object.keys(line)[0])).toEqual(['score', 'error', 'error', 'error', 'score']);
    expect(err.split('\n').slice(0, 3).map((line) => line.slice(0, 6))).toEqual(['line 2', 'line 3', 'line 4']);
    expect(lines[1]!.error).toContain('line 2 is not JSON');
    expect(code).toBe(1);
  });

  test('takes any character inside a prompt, and either line ending', async () => {
    const { lines, code } = await run('{"prompt":"One\u2028line, half a pair \ud83d\ude00?"}\r\n{"prompt":"Two?"}\r\n');
    expect(lines).toHaveLength(2);
    expect(code).toBe(0);
  });

  test('answers nothing to nothing', async () => {
    expect(await run('')).toEqual({ lines: [], err: '', code: 0 });
  });
});
