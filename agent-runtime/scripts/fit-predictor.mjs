/** `npm run router:fit -- --data <folder>`: fits the router's predictor, and writes its weights and where they come from. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fitPredictor } from './predictor/fit.ts';
import { measureFolds, measureHeldOut, meanAndSpread } from './predictor/held-out.ts';
import { missingRoutingData, readMany, readPairs } from './predictor/routing-data.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const FOLD_SEEDS = [1, 2, 3];
const FOLDS = 5;
const here = fileURLToPath(new URL('../src/router/predictor/', import.meta.url));
const { values } = parseArgs({ options: { data: { type: 'string', default: fileURLToPath(new URL('../../../shared/data/routing', import.meta.url)) } } });
const folder = resolve(values.data);
const missing = missingRoutingData(folder);
if (missing) {
  process.stderr.write(`${missing}\n`);
  process.exit(2);
}

const hashOf = (paths) => paths.reduce((hash, path) => hash.update(readFileSync(join(folder, path))), createHash('sha256')).digest('hex');
const pairs = readPairs(folder);
const many = readMany(folder);
const figuresOf = (splits) => {
  const over = (pick) => meanAndSpread(splits.map(pick));
  return Object.fromEntries(['apgr', 'cpt50', 'cpt80'].map((figure) => [figure, { predictor: over(({ predictor }) => predictor[figure]), promptLength: over(({ length }) => length[figure]) }]));
};
const folded = measureFolds(pairs, many, FOLD_SEEDS, FOLDS);
const provenance = {
  sources: [
    { file: 'mmlu/*.csv', from: 'lm-sys/RouteLLM', licence: 'Apache-2.0', sha256: hashOf(readdirSync(join(folder, 'mmlu')).sort().map((name) => `mmlu/${name}`)),
      prompts: pairs.length, models: ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'gpt-4-1106-preview'], subjects: [...new Set(pairs.map(({ subject }) => subject))] },
    { file: 'multi-model/train.json', from: 'ulab-uiuc/LLMRouter', licence: 'MIT', sha256: hashOf(['multi-model/train.json']), prompts: many.length },
  ],
  heldOut: [
    { how: `fitted on a random half of the subjects and measured on the other half, for the seeds ${SEEDS.join(', ')}; mean ± standard deviation`, ...figuresOf(measureHeldOut(pairs, many, SEEDS)) },
    { how: `the subjects in ${FOLDS} parts, each scored by a fit on the others: all prompts together, for the seeds ${FOLD_SEEDS.join(', ')}`, ...figuresOf(folded.map(({ all }) => all)) },
    { how: 'the same parts, each alone', ...figuresOf(folded.flatMap(({ each }) => each)) },
  ],
};
writeFileSync(join(here, 'weights.ts'), `// Written by \`npm run router:fit\`: one long line a part, not for reading. Where it comes from: weights.provenance.json.
import type { PredictorWeights } from './predictor-weights.ts';

export const WEIGHTS: PredictorWeights = ${JSON.stringify(fitPredictor(pairs, many)).replace('"commonWords"', '\n"commonWords"').replace('"knots"', '\n"knots"').replace('"heads"', '\n"heads"')};
`);
writeFileSync(join(here, 'weights.provenance.json'), `${JSON.stringify(provenance, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(provenance, null, 2)}\n`);
