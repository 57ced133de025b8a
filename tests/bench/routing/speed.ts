import { createPredictor } from '../../../agent-runtime/src/router/predictor/predictor.ts';
import type { Target } from './target.ts';

/** Time of one score, in process. */
export function benchSpeed(prompts: string[]): Target[] {
  const before = performance.now();
  const { score } = createPredictor();
  score('What is a router?');
  const first = performance.now() - before;
  const times = prompts.map((prompt) => {
    const start = performance.now();
    score(prompt);
    return performance.now() - start;
  }).sort((one, other) => one - other);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const at = (share: number) => times[Math.floor(share * (times.length - 1))]!;
  console.log(`\n(d) ${prompts.length} prompts of ${Math.round(prompts.reduce((sum, { length }) => sum + length, 0) / prompts.length)} characters on average: mean ${mean.toFixed(3)} ms, p50 ${at(0.5).toFixed(3)}, p99 ${at(0.99).toFixed(3)} ms, ${Math.round(1000 / mean)} prompts/s; loading and the first score ${first.toFixed(1)} ms`);
  return [{ name: 'under 1 ms a prompt, and over 1,000 prompts a second', met: at(0.99) < 1 && mean < 1, figure: `p99 ${at(0.99).toFixed(3)} ms` }];
}
