import { measureHeldOut, meanAndSpread } from '../../../agent-runtime/scripts/predictor/held-out.ts';
import type { ManyRow, PairRow } from '../../../agent-runtime/scripts/predictor/routing-data.ts';
import type { Target } from './target.ts';

const PUBLISHED = 0.603;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Two models on MMLU: the predictor is fitted on half of the subjects and measured on the other half, once a seed. */
export function benchPair(pairs: PairRow[], many: ManyRow[]): Target[] {
  console.log('\n(a) Mixtral 8x7B or GPT-4: fitted on some subjects of MMLU, measured on others');
  console.log('    seed  prompts   APGR                       CPT(50%)           CPT(80%)');
  console.log('                    predictor length  random   predictor length   predictor length');
  const splits = measureHeldOut(pairs, many, SEEDS);
  for (const { seed, prompts, predictor, length, random } of splits) {
    const pad = (value: number, places = 1) => value.toFixed(places).padStart(7);
    console.log(`    ${String(seed).padStart(4)}  ${String(prompts).padStart(7)}  ${pad(predictor.apgr, 3)}  ${pad(length.apgr, 3)} ${pad(random.apgr, 3)}   ${pad(predictor.cpt50)}  ${pad(length.cpt50)}    ${pad(predictor.cpt80)}  ${pad(length.cpt80)}`);
  }
  for (const { seed, subjects } of splits) console.log(`    seed ${seed} measured on: ${subjects.join(', ')}`);
  const predictor = splits.map((split) => split.predictor.apgr);
  const ahead = splits.map((split) => split.predictor.apgr - split.length.apgr);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  console.log(`    APGR ${meanAndSpread(predictor)}, prompt length ${meanAndSpread(splits.map((split) => split.length.apgr))}, random ${meanAndSpread(splits.map((split) => split.random.apgr))}`);
  console.log(`    CPT(50%) ${meanAndSpread(splits.map((split) => split.predictor.cpt50), 1)}, CPT(80%) ${meanAndSpread(splits.map((split) => split.predictor.cpt80), 1)}`);
  console.log(`    RouteLLM's best, over all of MMLU: APGR ${PUBLISHED}, CPT(50%) 35.4, CPT(80%) 70.3 (prompt length there: 0.583)`);
  return [
    { name: 'APGR beats prompt length on the same prompts in most splits, by 0.03 on average', met: mean(ahead) >= 0.03 && ahead.filter((each) => each > 0).length >= SEEDS.length * 0.75, figure: `${meanAndSpread(ahead)} ahead, in ${ahead.filter((each) => each > 0).length} of ${SEEDS.length}` },
    { name: `APGR beats RouteLLM's best published, ${PUBLISHED}`, met: mean(predictor) > PUBLISHED, figure: meanAndSpread(predictor) },
  ];
}
