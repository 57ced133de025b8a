import { measureFolds, measureHeldOut, meanAndSpread, type HeldOut } from '../../../agent-runtime/scripts/predictor/held-out.ts';
import type { ManyRow, PairRow } from '../../../agent-runtime/scripts/predictor/routing-data.ts';
import type { Target } from './target.ts';

const PUBLISHED = 0.603;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const FOLDS = 5;
const FOLD_SEEDS = [1, 2, 3];

const pad = (value: number, places = 1) => value.toFixed(places).padStart(7);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function showRow(name: string, { prompts, predictor, length, random }: HeldOut): void {
  console.log(`    ${name.padEnd(8)}  ${String(prompts).padStart(7)}  ${pad(predictor.apgr, 3)}  ${pad(length.apgr, 3)} ${pad(random.apgr, 3)}   ${pad(predictor.cpt50)}  ${pad(length.cpt50)}    ${pad(predictor.cpt80)}  ${pad(length.cpt80)}`);
}

function showMeans(measured: HeldOut[]): void {
  const over = (pick: (each: HeldOut) => number, places = 3) => meanAndSpread(measured.map(pick), places);
  console.log(`    APGR ${over(({ predictor }) => predictor.apgr)}, prompt length ${over(({ length }) => length.apgr)}, random ${over(({ random }) => random.apgr)}; CPT(50%) ${over(({ predictor }) => predictor.cpt50, 1)}, CPT(80%) ${over(({ predictor }) => predictor.cpt80, 1)}`);
}

function targetsOf(how: string, measured: HeldOut[]): Target[] {
  const predictor = measured.map((split) => split.predictor.apgr);
  const ahead = measured.map((split) => split.predictor.apgr - split.length.apgr);
  const won = ahead.filter((each) => each > 0).length;
  return [
    { name: `APGR, ${how}: beats prompt length on the same prompts in most splits, by 0.03 on average`, met: mean(ahead) >= 0.03 && won >= measured.length * 0.75, figure: `${meanAndSpread(ahead)} ahead, in ${won} of ${measured.length}` },
    { name: `APGR, ${how}: beats RouteLLM's best published, ${PUBLISHED}`, met: mean(predictor) > PUBLISHED, figure: meanAndSpread(predictor) },
  ];
}

/** Two models on MMLU: the predictor is measured on subjects that it was not fitted on, by halves and by fifths of the subjects. */
export function benchPair(pairs: PairRow[], many: ManyRow[]): Target[] {
  console.log('\n(a) Mixtral 8x7B or GPT-4: fitted on some subjects of MMLU, measured on others');
  console.log('    seed      prompts   APGR                       CPT(50%)           CPT(80%)');
  console.log('                        predictor length  random   predictor length   predictor length');
  console.log('    fitted on a half of the subjects, measured on the other half');
  const halves = measureHeldOut(pairs, many, SEEDS);
  for (const half of halves) showRow(String(half.seed), half);
  showMeans(halves);
  for (const { seed, subjects } of halves) console.log(`    seed ${seed} measured on: ${subjects.join(', ')}`);
  console.log(`    in ${FOLDS} parts, each scored by a fit on the other ${FOLDS - 1}: all subjects together`);
  const folded = measureFolds(pairs, many, FOLD_SEEDS, FOLDS);
  for (const { seed, all } of folded) showRow(String(seed), all);
  showMeans(folded.map(({ all }) => all));
  console.log('    the same parts, each alone (small ones are uncertain: no target is set on them)');
  const each = folded.flatMap((split) => split.each);
  folded.forEach(({ seed, each: parts }) => parts.forEach((part, at) => showRow(`${seed}.${at + 1}`, part)));
  showMeans(each);
  for (const { seed, folds } of folded) folds.forEach((subjects, at) => console.log(`    part ${seed}.${at + 1}: ${subjects.join(', ')}`));
  console.log(`    RouteLLM's best, over all of MMLU: APGR ${PUBLISHED}, CPT(50%) 35.4, CPT(80%) 70.3 (prompt length there: 0.583)`);
  return [...targetsOf('halves of the subjects', halves), ...targetsOf(`${FOLDS} parts, all subjects together`, folded.map(({ all }) => all))];
}
